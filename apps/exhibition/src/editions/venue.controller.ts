import {
  About,
  Actor,
  Answers,
  AnswersPage,
  Can,
  Id,
  Tx,
  Writes,
  type Page,
  type Principal,
  AnswersFile,
  tableAnswer,
  type FileAnswer,
} from '@ciep/platform';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { boothColumns } from '../booths/booth-export.rules.js';
import { BoothQueries } from '../booths/booth.queries.js';
import { BoothListQuery, BoothTableQuery, VenueBoothDto } from '../booths/booths.dto.js';
import { NodeQueries } from '../nodes/node.queries.js';
import { VenueDto } from '../nodes/nodes.dto.js';
import { CloneVenue } from './clone-venue.use-case.js';
import { KnownEditions } from './known-editions.queries.js';
import { CloneVenueDto, ClonedVenueDto } from './venue.dto.js';

/** The whole venue of an edition, published or not, for the organizer. */
@About('Settings of the exhibition of an edition 展览设置：某届的展区、展位和分配')
@Controller('editions/:editionId/venue')
export class VenueController {
  constructor(
    private readonly editions: KnownEditions,
    private readonly nodes: NodeQueries,
    private readonly booths: BoothQueries,
    private readonly cloneVenue: CloneVenue,
  ) {}

  @ApiOperation({ operationId: 'getVenue', summary: 'The whole venue of an edition, published or not 某届的全部展区设置，含未发布的' })
  @Get()
  @Can('node:read')
  @Answers(VenueDto)
  async tree(@Id('editionId') editionId: string): Promise<VenueDto> {
    await this.editions.mustBeKnown(editionId);
    return { items: await this.nodes.venue(editionId) };
  }

  @ApiOperation({ operationId: 'listVenueBooths', summary: 'The booths of an edition with their present allocations 展位及其当前分配' })
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

  @ApiOperation({
    operationId: 'exportVenueBoothsCsv',
    summary: 'The booths of an edition with their present allocations, as CSV 导出展位分配（CSV）',
  })
  @Get('booths/export.csv')
  @Can('booth:read')
  @AnswersFile('text/csv')
  async csv(@Id('editionId') editionId: string, @Query() query: BoothTableQuery, @Actor() principal: Principal): Promise<FileAnswer> {
    await this.editions.mustBeKnown(editionId);
    const boards = await this.nodes.visibleBoards(principal);
    return tableAnswer('booths', 'csv', boothColumns, this.booths.all(editionId, query, boards), query);
  }

  @ApiOperation({ operationId: 'exportVenueBoothsXlsx', summary: 'The same as an Excel workbook 导出为 Excel' })
  @Get('booths/export.xlsx')
  @Can('booth:read')
  @AnswersFile('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
  async xlsx(@Id('editionId') editionId: string, @Query() query: BoothTableQuery, @Actor() principal: Principal): Promise<FileAnswer> {
    await this.editions.mustBeKnown(editionId);
    const boards = await this.nodes.visibleBoards(principal);
    return tableAnswer('booths', 'xlsx', boothColumns, this.booths.all(editionId, query, boards), query);
  }

  @ApiOperation({ operationId: 'cloneVenue', summary: 'Copy tree and booths of another edition 从另一届复制展区和展位' })
  @Post('clone')
  @Can('booth:write')
  @Writes({ key: 'required' })
  @Answers(ClonedVenueDto, 201)
  clone(@Id('editionId') targetEditionId: string, @Body() { sourceEditionId }: CloneVenueDto, @Tx() tx: Tx): Promise<ClonedVenueDto> {
    return this.cloneVenue.execute({ sourceEditionId, targetEditionId }, tx);
  }
}
