import { Actor, Answers, AnswersPage, Can, Id, Tx, Writes, type Page, type Principal } from '@ciep/platform';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { BoothQueries } from '../booths/booth.queries.js';
import { BoothListQuery, VenueBoothDto } from '../booths/booths.dto.js';
import { NodeQueries } from '../nodes/node.queries.js';
import { VenueDto } from '../nodes/nodes.dto.js';
import { CloneVenue } from './clone-venue.use-case.js';
import { KnownEditions } from './known-editions.queries.js';
import { CloneVenueDto, ClonedVenueDto } from './venue.dto.js';

/** The whole venue of an edition, published or not, for those who run it. */
@Controller('editions/:editionId/venue')
export class VenueController {
  constructor(
    private readonly editions: KnownEditions,
    private readonly nodes: NodeQueries,
    private readonly booths: BoothQueries,
    private readonly cloneVenue: CloneVenue,
  ) {}

  @ApiOperation({ summary: 'The whole venue of an edition, published or not' })
  @Get()
  @Can('node:read')
  @Answers(VenueDto)
  async tree(@Id('editionId') editionId: string): Promise<VenueDto> {
    await this.editions.mustBeKnown(editionId);
    return { items: await this.nodes.venue(editionId) };
  }

  @ApiOperation({ summary: 'The booths of an edition with their present allocations' })
  @Get('booths')
  @Can('booth:read')
  @AnswersPage(VenueBoothDto)
  async stock(
    @Id('editionId') editionId: string,
    @Query() query: BoothListQuery,
    @Actor() principal: Principal,
  ): Promise<Page<VenueBoothDto>> {
    return this.booths.venue(editionId, query, await this.nodes.visibleBoards(principal));
  }

  @ApiOperation({ summary: 'Copy tree and booths of another edition' })
  @Post('clone')
  @Can('booth:write')
  @Writes({ key: 'required' })
  @Answers(ClonedVenueDto, 201)
  clone(@Id('editionId') targetEditionId: string, @Body() { sourceEditionId }: CloneVenueDto, @Tx() tx: Tx): Promise<ClonedVenueDto> {
    return this.cloneVenue.execute({ sourceEditionId, targetEditionId }, tx);
  }
}
