import { About, Actor, Answers, Authenticated, Principal } from '@ciep/platform';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { MeDto } from './me.dto.js';
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
}
