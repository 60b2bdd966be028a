import { About, Answers, Can, Id, IfMatch, Share, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Get, Param, Post, Put } from '@nestjs/common';
import { ApiOperation, ApiParam } from '@nestjs/swagger';
import { VisibleApplications, type ApplicationShare } from '../applications/application-share.service.js';
import { ApplicationDto } from '../applications/application.dto.js';
import { ApplicationQueries } from '../applications/application.queries.js';
import { OverrideEndorsement } from './override-endorsement.use-case.js';
import { OverrideEndorsementDto, RegionQuotaDto, RegionQuotasDto, SetPlacesDto } from './region-quota.dto.js';
import { RegionQuotaQueries } from './region-quota.queries.js';
import { SetPlaces } from './set-places.use-case.js';

@About('Places of the regions, and endorsements in their stead 地区名额：各地区名额及代为推荐')
@Controller()
export class OrganizerQuotasController {
  constructor(
    private readonly applications: ApplicationQueries,
    private readonly quotas: RegionQuotaQueries,
    private readonly setPlaces: SetPlaces,
    private readonly overrideEndorsement: OverrideEndorsement,
  ) {}

  @ApiOperation({ operationId: 'listQuotas', summary: 'Places of every region in an edition: all, taken, left 各地区名额' })
  @Get('editions/:editionId/quotas')
  @Can('quota:read')
  @Answers(RegionQuotasDto)
  async list(@Id('editionId') editionId: string): Promise<RegionQuotasDto> {
    return { items: await this.quotas.list(editionId) };
  }

  @ApiOperation({ operationId: 'getQuota', summary: 'Places of one region in an edition 某地区名额' })
  @ApiParam({ name: 'regionCode', description: 'code of the region', example: '210000' })
  @Get('editions/:editionId/quotas/:regionCode')
  @Can('quota:read')
  @Answers(RegionQuotaDto)
  read(@Id('editionId') editionId: string, @Param('regionCode') regionCode: string): Promise<RegionQuotaDto> {
    return this.quotas.one(editionId, regionCode);
  }

  @ApiOperation({ operationId: 'setQuota', summary: 'Set the number of places of a region 设定地区名额' })
  @ApiParam({ name: 'regionCode', description: 'code of the region', example: '210000' })
  @Put('editions/:editionId/quotas/:regionCode')
  @Can('quota:write')
  @Writes()
  @Answers(RegionQuotaDto)
  async set(
    @Id('editionId') editionId: string,
    @Param('regionCode') regionCode: string,
    @IfMatch() version: number,
    @Body() { places }: SetPlacesDto,
    @Tx() tx: Tx,
  ): Promise<RegionQuotaDto> {
    await this.quotas.one(editionId, regionCode, tx);
    await this.setPlaces.execute({ editionId, regionCode, version, places }, tx);
    return this.quotas.one(editionId, regionCode, tx);
  }

  @ApiOperation({
    operationId: 'overrideEndorsement',
    summary: "Endorse in the region's place, with a reason; takes none of its places 代地区推荐，须说明理由，不占名额",
  })
  @Post('applications/:id/override-endorsement')
  @Can('endorsement:override')
  @Writes({ key: 'required' })
  @Answers(ApplicationDto)
  async override(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { reason }: OverrideEndorsementDto,
    @Share(VisibleApplications) share: ApplicationShare,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    await this.overrideEndorsement.execute({ id, version, scope: share.scope, reason }, tx);
    return this.applications.one(id, share, tx);
  }
}
