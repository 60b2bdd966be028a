import { About, Actor, Answers, AnswersNothing, Authenticated, IfMatch, Principal, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Get, Patch, Post, Req } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { PresentPassword, provenHashOf, type ProvenRequest } from '../passwords/current-password.service.js';
import { ChangeMyProfile } from './change-my-profile.use-case.js';
import { CloseAccount } from './close-account.use-case.js';
import { ChangeMeDto, CloseAccountDto, MeDto, MyMembershipsDto } from './me.dto.js';
import { personIn } from './me.errors.js';
import { MeQueries } from './me.queries.js';

@About('Who the token belongs to 当前账号：令牌所属的用户或客户端')
@Controller('me')
export class MeController {
  constructor(
    private readonly queries: MeQueries,
    private readonly changeMyProfile: ChangeMyProfile,
    private readonly closeAccount: CloseAccount,
  ) {}

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

  @ApiOperation({ operationId: 'changeMe', summary: 'Change your name, telephone number or language 修改个人信息' })
  @Patch()
  @Authenticated()
  @Writes()
  @Answers(MeDto)
  async change(@IfMatch() version: number, @Body() body: ChangeMeDto, @Actor() actor: Principal, @Tx() tx: Tx): Promise<MeDto> {
    await this.changeMyProfile.execute({ ...body, accountId: personIn(actor), version }, tx);
    return this.queries.of(actor, tx);
  }

  @ApiOperation({
    operationId: 'closeMyAccount',
    summary: 'Close your account for good; every login of yours ends, this one too 注销账号',
  })
  @Post('close')
  @Authenticated()
  @PresentPassword(CloseAccountDto)
  @Writes({ secretBody: true })
  @AnswersNothing()
  async close(
    @Actor() { id: accountId }: Principal,
    @Body() _body: CloseAccountDto,
    @Req() request: ProvenRequest,
    @Tx() tx: Tx,
  ): Promise<void> {
    await this.closeAccount.execute({ accountId, provenHash: provenHashOf(request) }, tx);
  }
}
