import { About, Answers, Can, Id, IfMatch, Share, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Get, Patch, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { DraftApplicationDto, EditApplicationDto, emptyForm, fieldsOf } from './application-form.dto.js';
import { OwnApplications, type OwnApplicationShare } from './application-share.service.js';
import { ApplicationDto, SelfCheckDto, SubmitApplicationDto } from './application.dto.js';
import { ApplicationQueries } from './application.queries.js';
import { DraftApplication } from './draft-application.use-case.js';
import { EditApplication } from './edit-application.use-case.js';
import { SubmissionChecks } from './submission-checks.service.js';
import { SubmitApplication } from './submit-application.use-case.js';
import { WithdrawApplication } from './withdraw-application.use-case.js';

@About('What exhibitors do with their applications: draft, submit, withdraw 参展申请（参展方）：起草、提交、撤回')
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

  @ApiOperation({ operationId: 'draftApplication', summary: 'Begin an application for a board 新建参展申请' })
  @Post()
  @Can('application:apply')
  @Writes({ key: 'required' })
  @Answers(ApplicationDto, 201)
  async draft(
    @Body() { editionId, boardId, ...fields }: DraftApplicationDto,
    @Share(OwnApplications) own: OwnApplicationShare,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    const form = { ...emptyForm(boardId), ...fieldsOf(fields) };
    const id = await this.draftApplication.execute({ editionId, organisationId: own.organisationId, form }, tx);
    return this.applications.one(id, own, tx);
  }

  @ApiOperation({ operationId: 'editApplication', summary: 'Change an application that is a draft or was returned 修改草稿或被退回的申请' })
  @Patch(':id')
  @Can('application:apply')
  @Writes()
  @Answers(ApplicationDto)
  async edit(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() fields: EditApplicationDto,
    @Share(OwnApplications) own: OwnApplicationShare,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    await this.editApplication.execute({ id, version, scope: own.scope, changes: fieldsOf(fields) }, tx);
    return this.applications.one(id, own, tx);
  }

  @ApiOperation({ operationId: 'selfCheckApplication', summary: 'Everything that is still missing, at once 自查：列出全部缺项' })
  @Get(':id/self-check')
  @Can('application:apply')
  @Answers(SelfCheckDto)
  selfCheck(@Id() id: string, @Share(OwnApplications) own: OwnApplicationShare): Promise<SelfCheckDto> {
    return this.checks.selfCheck(id, own.scope);
  }

  @ApiOperation({ operationId: 'submitApplication', summary: 'Hand an application in, or in again after its correction 提交' })
  @Post(':id/submit')
  @Can('application:apply')
  @Writes()
  @Answers(ApplicationDto)
  async submit(
    @Id() id: string,
    @IfMatch({ optional: true }) version: number | undefined,
    @Body() { waiverCode }: SubmitApplicationDto,
    @Share(OwnApplications) own: OwnApplicationShare,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    await this.submitApplication.execute({ id, version, scope: own.scope, waiverCode }, tx);
    return this.applications.one(id, own, tx);
  }

  @ApiOperation({ operationId: 'withdrawApplication', summary: 'Withdraw an application; booth and place are free again 撤回' })
  @Post(':id/withdraw')
  @Can('application:apply')
  @Writes({ key: 'required' })
  @Answers(ApplicationDto)
  async withdraw(
    @Id() id: string,
    @IfMatch({ optional: true }) version: number | undefined,
    @Share(OwnApplications) own: OwnApplicationShare,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    await this.withdrawApplication.execute({ id, version, scope: own.scope }, tx);
    return this.applications.one(id, own, tx);
  }
}
