import { About, Actor, Answers, Authenticated, Principal } from '@ciep/platform';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { MeDto, MyMembershipsDto } from './me.dto.js';
import { MeQueries } from './me.queries.js';

@About('Who the token belongs to 当前账号：令牌所属的用户或客户端')
@Controller('me')
export class MeController {
  constructor(private readonly queries: MeQueries) {}

  @ApiOperation({ operationId: 'getMe', summary: 'Who you are, for which organisation, and what this token may do 当前用户' })
  @Get()
  @Authenticated()
  @Answers(MeDto)
  me(@Actor() actor: Principal): Promise<MeDto> {
    return this.queries.of(actor);
  }

  @ApiOperation({ operationId: 'listMyOrganisations', summary: 'The organisations that you belong to, to switch between them 我的单位' })
  @Get('organisations')
  @Authenticated()
  @Answers(MyMembershipsDto)
  organisations(@Actor() actor: Principal): Promise<MyMembershipsDto> {
    return this.queries.organisations(actor);
  }
}
