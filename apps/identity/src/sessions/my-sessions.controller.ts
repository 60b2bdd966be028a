import { About, Actor, Answers, AnswersNothing, Authenticated, Id, Principal, Tx, Writes } from '@ciep/platform';
import { Controller, Delete, Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { personIn } from '../accounts/me.errors.js';
import { EndSession } from './end-session.use-case.js';
import { EndSessions } from './end-sessions.use-case.js';
import { EndSessionsQuery, SessionsDto } from './sessions.dto.js';
import { SessionQueries } from './sessions.queries.js';

@About('Where the person is logged in 登录设备')
@Controller('me/sessions')
export class MySessionsController {
  constructor(
    private readonly queries: SessionQueries,
    private readonly endSession: EndSession,
    private readonly endSessions: EndSessions,
  ) {}

  @ApiOperation({ operationId: 'listMySessions', summary: 'Where you are logged in 我的登录设备' })
  @Get()
  @Authenticated()
  @Answers(SessionsDto)
  async list(@Actor() actor: Principal): Promise<SessionsDto> {
    return { items: await this.queries.list(personIn(actor), actor.grantId) };
  }

  @ApiOperation({ operationId: 'endMySessions', summary: 'End all your other sessions, or with includingCurrent all 退出其他设备' })
  @Delete()
  @Authenticated()
  @Writes()
  @AnswersNothing()
  async endAll(@Query() { includingCurrent = false }: EndSessionsQuery, @Actor() actor: Principal, @Tx() tx: Tx): Promise<void> {
    await this.endSessions.execute({ accountId: personIn(actor), gid: actor.grantId, includingCurrent }, tx);
  }

  @ApiOperation({ operationId: 'endMySession', summary: 'End one of your sessions; its tokens are refused at once 退出一台设备' })
  @Delete(':id')
  @Authenticated()
  @Writes()
  @AnswersNothing()
  async end(@Id() id: string, @Actor() actor: Principal, @Tx() tx: Tx): Promise<void> {
    await this.endSession.execute({ id, accountId: personIn(actor) }, tx);
  }
}
