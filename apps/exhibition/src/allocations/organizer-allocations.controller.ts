import { About, Answers, Can, Id, IfMatch, Share, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { VisibleApplications, type ApplicationShare } from '../applications/application-share.service.js';
import { ApplicationDto } from '../applications/application.dto.js';
import { ApplicationQueries } from '../applications/application.queries.js';
import { ApproveApplicationDto, ExtendPayByDto, ReleaseBoothDto, SwapBoothDto } from './allocation.dto.js';
import { ApproveApplication } from './approve-application.use-case.js';
import { ExtendPayBy } from './extend-pay-by.use-case.js';
import { ReleaseBooth } from './release-booth.use-case.js';
import { SwapBooth } from './swap-booth.use-case.js';

@About('Approval of applications, and the booths allocated to them 审批与展位分配：批准申请、分配展位')
@Controller('applications/:id')
export class OrganizerAllocationsController {
  constructor(
    private readonly applications: ApplicationQueries,
    private readonly approveApplication: ApproveApplication,
    private readonly swapBooth: SwapBooth,
    private readonly extendPayBy: ExtendPayBy,
    private readonly releaseBooth: ReleaseBooth,
  ) {}

  @ApiOperation({ operationId: 'approveApplication', summary: 'Approve an application and allocate a booth to it 批准申请并分配展位' })
  @Post('approve')
  @Can('application:decide')
  @Writes({ key: 'required' })
  @Answers(ApplicationDto)
  async approve(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { boothId, payBy }: ApproveApplicationDto,
    @Share(VisibleApplications) share: ApplicationShare,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    await this.approveApplication.execute({ id, version, scope: share.scope, boothId, payBy }, tx);
    return this.applications.one(id, share, tx);
  }

  @ApiOperation({ operationId: 'swapBooth', summary: 'Exchange the allocated booth before the confirmation 确认前调换展位' })
  @Post('swap-booth')
  @Can('application:decide')
  @Writes({ key: 'required' })
  @Answers(ApplicationDto)
  async swap(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { boothId }: SwapBoothDto,
    @Share(VisibleApplications) share: ApplicationShare,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    await this.swapBooth.execute({ id, version, scope: share.scope, boothId }, tx);
    return this.applications.one(id, share, tx);
  }

  @ApiOperation({ operationId: 'extendPayBy', summary: 'Give more time to pay 延长付款期限' })
  @Post('extend-pay-by')
  @Can('application:decide')
  @Writes()
  @Answers(ApplicationDto)
  async extend(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { payBy }: ExtendPayByDto,
    @Share(VisibleApplications) share: ApplicationShare,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    await this.extendPayBy.execute({ id, version, scope: share.scope, payBy }, tx);
    return this.applications.one(id, share, tx);
  }

  @ApiOperation({ operationId: 'releaseBooth', summary: 'Take the booth back 收回展位' })
  @Post('release')
  @Can('application:decide')
  @Writes({ key: 'required' })
  @Answers(ApplicationDto)
  async release(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { reason }: ReleaseBoothDto,
    @Share(VisibleApplications) share: ApplicationShare,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    await this.releaseBooth.execute({ id, version, scope: share.scope, reason }, tx);
    return this.applications.one(id, share, tx);
  }
}
