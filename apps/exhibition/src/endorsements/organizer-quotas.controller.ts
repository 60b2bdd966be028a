import { Actor, Answers, Can, Id, IfMatch, Principal, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Get, Param, Post, Put } from '@nestjs/common';
import { ApiOperation, ApiParam } from '@nestjs/swagger';
import { ApplicationDto } from '../applications/application.dto.js';
import { ApplicationQueries } from '../applications/application.queries.js';
import { OverrideEndorsement } from './override-endorsement.use-case.js';
import { OverrideEndorsementDto, RegionQuotaDto, RegionQuotasDto, SetPlacesDto } from './region-quota.dto.js';
import { RegionQuotaQueries } from './region-quota.queries.js';
import { SetPlaces } from './set-places.use-case.js';

@Controller()
export class OrganizerQuotasController {
  constructor(
    private readonly applications: ApplicationQueries,
    private readonly quotas: RegionQuotaQueries,
    private readonly setPlaces: SetPlaces,
    private readonly overrideEndorsement: OverrideEndorsement,
  ) {}

  @ApiOperation({ summary: 'Places of every region in an edition: all, taken, left' })
  @Get('editions/:editionId/quotas')
  @Can('quota:read')
  @Answers(RegionQuotasDto)
  async list(@Id('editionId') editionId: string): Promise<RegionQuotasDto> {
    return { items: await this.quotas.list(editionId) };
  }

  @ApiOperation({ summary: 'Places of one region in an edition' })
  @ApiParam({ name: 'regionCode', description: 'code of the region', example: '210000' })
  @Get('editions/:editionId/quotas/:regionCode')
  @Can('quota:read')
  @Answers(RegionQuotaDto)
  read(@Id('editionId') editionId: string, @Param('regionCode') regionCode: string): Promise<RegionQuotaDto> {
    return this.quotas.one(editionId, regionCode);
  }

  @ApiOperation({ summary: 'Set the number of places of a region' })
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

  @ApiOperation({ summary: "Endorse in the region's place, with a reason; takes none of its places" })
  @Post('applications/:id/override-endorsement')
  @Can('endorsement:override')
  @Writes({ key: 'required' })
  @Answers(ApplicationDto)
  async override(
    @Id() id: string,
    @IfMatch() version: number,
    @Body() { reason }: OverrideEndorsementDto,
    @Actor() organizer: Principal,
    @Tx() tx: Tx,
  ): Promise<ApplicationDto> {
    await this.overrideEndorsement.execute({ id, version, reason }, tx);
    return this.applications.one(id, organizer, tx);
  }
}
