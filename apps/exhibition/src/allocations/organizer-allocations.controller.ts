import { Actor, Answers, Can, Id, IfMatch, Principal, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { ApplicationAccess } from '../applications/application-access.service.js';
import { ApplicationDto } from '../applications/application.dto.js';
import { ApplicationQueries } from '../applications/application.queries.js';
import { ApproveApplicationDto, ExtendPayByDto, ReleaseBoothDto, SwapBoothDto } from './allocation.dto.js';
import { ApproveApplication } from './approve-application.use-case.js';
import { ExtendPayBy } from './extend-pay-by.use-case.js';
import { ReleaseBooth } from './release-booth.use-case.js';
import { SwapBooth } from './swap-booth.use-case.js';

@Controller('applications/:id')
export class OrganizerAllocationsController {
  constructor(
    private readonly access: ApplicationAccess,
    private readonly applications: ApplicationQueries,
    private readonly approveApplication: ApproveApplication,
    private readonly swapBooth: SwapBooth,
    private readonly extendPayBy: ExtendPayBy,
    private readonly releaseBooth: ReleaseBooth,
  ) {}

  @ApiOperation({ summary: 'Approve an application and allocate a booth to it' })
  @Post('approve')
  @Can('application:decide')
  @Writes({ key: 'required' })
  @Answers(ApplicationDto)
  async approve(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { boothId, payBy }: ApproveApplicationDto,
    @Actor() organizer: Principal,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    const { scope } = await this.access.of(organizer, tx);
    await this.approveApplication.execute({ id, version, scope, boothId, payBy }, tx);
    return this.applications.one(id, organizer, tx);
  }

  @ApiOperation({ summary: 'Exchange the allocated booth before the confirmation' })
  @Post('swap-booth')
  @Can('application:decide')
  @Writes({ key: 'required' })
  @Answers(ApplicationDto)
  async swap(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { boothId }: SwapBoothDto,
    @Actor() organizer: Principal,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    const { scope } = await this.access.of(organizer, tx);
    await this.swapBooth.execute({ id, version, scope, boothId }, tx);
    return this.applications.one(id, organizer, tx);
  }

  @ApiOperation({ summary: 'Give more time to pay' })
  @Post('extend-pay-by')
  @Can('application:decide')
  @Writes()
  @Answers(ApplicationDto)
  async extend(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { payBy }: ExtendPayByDto,
    @Actor() organizer: Principal,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    const { scope } = await this.access.of(organizer, tx);
    await this.extendPayBy.execute({ id, version, scope, payBy }, tx);
    return this.applications.one(id, organizer, tx);
  }

  @ApiOperation({ summary: 'Take the booth back' })
  @Post('release')
  @Can('application:decide')
  @Writes({ key: 'required' })
  @Answers(ApplicationDto)
  async release(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { reason }: ReleaseBoothDto,
    @Actor() organizer: Principal,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    const { scope } = await this.access.of(organizer, tx);
    await this.releaseBooth.execute({ id, version, scope, reason }, tx);
    return this.applications.one(id, organizer, tx);
  }
}
