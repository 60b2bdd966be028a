import { About, Actor, Answers, Can, Id, IfMatch, Principal, Share, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { VisibleApplications, type ApplicationShare } from '../applications/application-share.service.js';
import { ApplicationDto } from '../applications/application.dto.js';
import { ApplicationQueries } from '../applications/application.queries.js';
import { ApplicationNoteQueries } from './application-note.queries.js';
import { ApplicationNoteDto, ApplicationNotesDto, RejectApplicationDto, ReturnApplicationDto, WriteNoteDto } from './decision.dto.js';
import { RejectApplication } from './reject-application.use-case.js';
import { ReturnApplication } from './return-application.use-case.js';
import { WriteNote } from './write-note.use-case.js';

@About('Decisions on applications other than approval, and notes on them 审核意见与退回：批准以外的决定及备注')
@Controller('applications/:id')
export class OrganizerDecisionsController {
  constructor(
    private readonly applications: ApplicationQueries,
    private readonly notes: ApplicationNoteQueries,
    private readonly returnApplication: ReturnApplication,
    private readonly rejectApplication: RejectApplication,
    private readonly writeNote: WriteNote,
  ) {}

  @ApiOperation({
    operationId: 'returnApplication',
    summary: 'Return an application for correction, with reasons per field and a date 退回补正，逐项说明并限期',
  })
  @Post('return')
  @Can('application:decide')
  @Writes()
  @Answers(ApplicationDto)
  async return(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { corrections, correctBy }: ReturnApplicationDto,
    @Share(VisibleApplications) share: ApplicationShare,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    await this.returnApplication.execute({ id, version, scope: share.scope, corrections, correctBy: new Date(correctBy) }, tx);
    return this.applications.one(id, share, tx);
  }

  @ApiOperation({ operationId: 'rejectApplication', summary: 'Reject an application 不予批准' })
  @Post('reject')
  @Can('application:decide')
  @Writes({ key: 'required' })
  @Answers(ApplicationDto)
  async reject(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { reason }: RejectApplicationDto,
    @Share(VisibleApplications) share: ApplicationShare,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    await this.rejectApplication.execute({ id, version, scope: share.scope, reason }, tx);
    return this.applications.one(id, share, tx);
  }

  @ApiOperation({
    operationId: 'listApplicationNotes',
    summary: 'Internal notes on an application; the applicant never sees them 申请的内部备注',
  })
  @Get('notes')
  @Can('application_note:read')
  @Answers(ApplicationNotesDto)
  async list(@Id() id: string, @Share(VisibleApplications) share: ApplicationShare): Promise<ApplicationNotesDto> {
    return { items: await this.notes.of(id, share) };
  }

  @ApiOperation({ operationId: 'writeApplicationNote', summary: 'Write an internal note on an application 添加内部备注' })
  @Post('notes')
  @Can('application_note:write')
  @Writes({ key: 'required' })
  @Answers(ApplicationNoteDto, 201)
  async note(
    @Id() applicationId: string,
    @Body() { text }: WriteNoteDto,
    @Share(VisibleApplications) { scope }: ApplicationShare,
    @Actor() { id: authorId }: Principal,
    @Tx() tx: Tx,
  ): Promise<ApplicationNoteDto> {
    return this.notes.one(await this.writeNote.execute({ applicationId, scope, authorId, text }, tx), tx);
  }
}
