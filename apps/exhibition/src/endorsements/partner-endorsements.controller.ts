import { About, Actor, Answers, Can, Id, IfMatch, Principal, Share, Tx, Writes } from '@ciep/platform';
import { Controller, Get, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { RegionalApplications, type ApplicationShare } from '../applications/application-share.service.js';
import { ApplicationDto } from '../applications/application.dto.js';
import { ApplicationQueries } from '../applications/application.queries.js';
import { EndorseApplication } from './endorse-application.use-case.js';
import { RegionUnknown } from './endorsement.errors.js';
import { RegionQuotaDto } from './region-quota.dto.js';
import { RegionQuotaQueries } from './region-quota.queries.js';
import { WithdrawEndorsement } from './withdraw-endorsement.use-case.js';

@About('Endorsement of applications by the partner units of regions 地区推荐：各地区合作单位推荐申请')
@Controller()
export class PartnerEndorsementsController {
  constructor(
    private readonly applications: ApplicationQueries,
    private readonly quotas: RegionQuotaQueries,
    private readonly endorseApplication: EndorseApplication,
    private readonly withdrawEndorsement: WithdrawEndorsement,
  ) {}

  @ApiOperation({ operationId: 'getMyQuota', summary: 'Places of your own region: all, taken, left 本地区名额' })
  @Get('editions/:editionId/quotas/mine')
  @Can('own_quota:read')
  @Answers(RegionQuotaDto)
  placesLeft(@Id('editionId') editionId: string, @Actor() { regionCode }: Principal): Promise<RegionQuotaDto> {
    if (regionCode === undefined) throw new RegionUnknown(regionCode);
    return this.quotas.one(editionId, regionCode);
  }

  @ApiOperation({ operationId: 'endorseApplication', summary: 'Endorse an application of your region; takes one of its places 推荐' })
  @Post('applications/:id/endorse')
  @Can('endorsement:decide')
  @Writes({ key: 'required' })
  @Answers(ApplicationDto)
  async endorse(
    @Id() id: string,
    @IfMatch() version: number,
    @Share(RegionalApplications) share: ApplicationShare,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    await this.endorseApplication.execute({ id, version, scope: share.scope }, tx);
    return this.applications.one(id, share, tx);
  }

  @ApiOperation({ operationId: 'withdrawEndorsement', summary: 'Take an endorsement back; the place is free again 撤回推荐，名额随之释放' })
  @Post('applications/:id/withdraw-endorsement')
  @Can('endorsement:decide')
  @Writes({ key: 'required' })
  @Answers(ApplicationDto)
  async withdraw(
    @Id() id: string,
    @IfMatch() version: number,
    @Share(RegionalApplications) share: ApplicationShare,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    await this.withdrawEndorsement.execute({ id, version, scope: share.scope }, tx);
    return this.applications.one(id, share, tx);
  }
}
