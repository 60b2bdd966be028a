import { Actor, Answers, Can, Id, IfMatch, Principal, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Get, Patch, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { DraftApplicationDto, EditApplicationDto, emptyForm, fieldsOf } from './application-form.dto.js';
import { ApplicationDto, SelfCheckDto, SubmitApplicationDto } from './application.dto.js';
import { ApplicationQueries } from './application.queries.js';
import { DraftApplication } from './draft-application.use-case.js';
import { EditApplication } from './edit-application.use-case.js';
import { SubmissionChecks } from './submission-checks.service.js';
import { SubmitApplication } from './submit-application.use-case.js';
import { WithdrawApplication } from './withdraw-application.use-case.js';

@Controller('applications')
export class ExhibitorApplicationsController {
  constructor(
    private readonly applications: ApplicationQueries,
    private readonly checks: SubmissionChecks,
    private readonly draftApplication: DraftApplication,
    private readonly editApplication: EditApplication,
    private readonly submitApplication: SubmitApplication,
    private readonly withdrawApplication: WithdrawApplication,
  ) {}

  @ApiOperation({ summary: 'Begin an application for a board 新建参展申请' })
  @Post()
  @Can('application:apply')
  @Writes({ key: 'required' })
  @Answers(ApplicationDto, 201)
  async draft(
    @Body() { editionId, boardId, ...fields }: DraftApplicationDto,
    @Actor() exhibitor: Principal,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    const form = { ...emptyForm(boardId), ...fieldsOf(fields) };
    const id = await this.draftApplication.execute({ editionId, organisationId: exhibitor.owner, form }, tx);
    return this.applications.one(id, exhibitor, tx);
  }

  @ApiOperation({ summary: 'Change an application that is a draft or was returned' })
  @Patch(':id')
  @Can('application:apply')
  @Writes()
  @Answers(ApplicationDto)
  async edit(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() fields: EditApplicationDto,
    @Actor() exhibitor: Principal,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    await this.editApplication.execute({ id, version, organisationId: exhibitor.owner, changes: fieldsOf(fields) }, tx);
    return this.applications.one(id, exhibitor, tx);
  }

  @ApiOperation({ summary: 'Everything that is still missing, at once' })
  @Get(':id/self-check')
  @Can('application:apply')
  @Answers(SelfCheckDto)
  selfCheck(@Id() id: string, @Actor() exhibitor: Principal): Promise<SelfCheckDto> {
    return this.checks.selfCheck(id, exhibitor.owner);
  }

  @ApiOperation({ summary: 'Hand an application in, or in again after its correction 提交' })
  @Post(':id/submit')
  @Can('application:apply')
  @Writes()
  @Answers(ApplicationDto)
  async submit(
    @Id() id: string,
    @IfMatch({ optional: true }) version: number | undefined,
    @Body() { waiverCode }: SubmitApplicationDto,
    @Actor() exhibitor: Principal,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    await this.submitApplication.execute({ id, version, organisationId: exhibitor.owner, waiverCode }, tx);
    return this.applications.one(id, exhibitor, tx);
  }

  @ApiOperation({ summary: 'Withdraw an application; booth and place are free again 撤回' })
  @Post(':id/withdraw')
  @Can('application:apply')
  @Writes({ key: 'required' })
  @Answers(ApplicationDto)
  async withdraw(
    @Id() id: string,
    @IfMatch({ optional: true }) version: number | undefined,
    @Actor() exhibitor: Principal,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    await this.withdrawApplication.execute({ id, version, organisationId: exhibitor.owner }, tx);
    return this.applications.one(id, exhibitor, tx);
  }
}
