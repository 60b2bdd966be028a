import { Actor, Answers, Can, Id, IfMatch, Principal, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { ApplicationAccess } from '../applications/application-access.service.js';
import { ApplicationDto } from '../applications/application.dto.js';
import { ApplicationQueries } from '../applications/application.queries.js';
import { ApplicationNoteQueries } from './application-note.queries.js';
import { ApplicationNoteDto, ApplicationNotesDto, RejectApplicationDto, ReturnApplicationDto, WriteNoteDto } from './decision.dto.js';
import { RejectApplication } from './reject-application.use-case.js';
import { ReturnApplication } from './return-application.use-case.js';
import { WriteNote } from './write-note.use-case.js';

@Controller('applications/:id')
export class OrganizerDecisionsController {
  constructor(
    private readonly access: ApplicationAccess,
    private readonly applications: ApplicationQueries,
    private readonly notes: ApplicationNoteQueries,
    private readonly returnApplication: ReturnApplication,
    private readonly rejectApplication: RejectApplication,
    private readonly writeNote: WriteNote,
  ) {}

  @ApiOperation({ summary: 'Return an application for correction, with reasons per field and a date' })
  @Post('return')
  @Can('application:decide')
  @Writes()
  @Answers(ApplicationDto)
  async return(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { corrections, correctBy }: ReturnApplicationDto,
    @Actor() organizer: Principal,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    const { scope } = await this.access.of(organizer, tx);
    await this.returnApplication.execute({ id, version, scope, corrections, correctBy: new Date(correctBy) }, tx);
    return this.applications.one(id, organizer, tx);
  }

  @ApiOperation({ summary: 'Reject an application' })
  @Post('reject')
  @Can('application:decide')
  @Writes({ key: 'required' })
  @Answers(ApplicationDto)
  async reject(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { reason }: RejectApplicationDto,
    @Actor() organizer: Principal,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    const { scope } = await this.access.of(organizer, tx);
    await this.rejectApplication.execute({ id, version, scope, reason }, tx);
    return this.applications.one(id, organizer, tx);
  }

  @ApiOperation({ summary: 'Internal notes on an application; the applicant never sees them' })
  @Get('notes')
  @Can('application_note:read')
  @Answers(ApplicationNotesDto)
  async list(@Id() id: string, @Actor() organizer: Principal): Promise<ApplicationNotesDto> {
    return { items: await this.notes.of(id, organizer) };
  }

  @ApiOperation({ summary: 'Write an internal note on an application' })
  @Post('notes')
  @Can('application_note:write')
  @Writes({ key: 'required' })
  @Answers(ApplicationNoteDto, 201)
  async note(
    @Id() applicationId: string,
    @Body() { text }: WriteNoteDto,
    @Actor() author: Principal,
    @Tx() tx: Tx,
  ): Promise<ApplicationNoteDto> {
    const { scope } = await this.access.of(author, tx);
    return this.notes.one(await this.writeNote.execute({ applicationId, scope, authorId: author.id, text }, tx), tx);
  }
}
