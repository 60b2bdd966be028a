import { Answers, AnswersPage, Can, Id, IfMatch, type Page, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangeEdition } from './change-edition.use-case.js';
import { CloneEdition } from './clone-edition.use-case.js';
import { CreateEdition } from './create-edition.use-case.js';
import { EditionQueries } from './edition.queries.js';
import { ChangeEditionDto, CloneEditionDto, CreateEditionDto, EditionDto, ManagedEditionListQuery } from './editions.dto.js';
import { PublishEdition } from './publish-edition.use-case.js';

@ApiTags('managed editions')
@Controller('managed-editions')
export class ManagedEditionsController {
  constructor(
    private readonly editions: EditionQueries,
    private readonly createEdition: CreateEdition,
    private readonly changeEdition: ChangeEdition,
    private readonly publishEdition: PublishEdition,
    private readonly cloneEdition: CloneEdition,
  ) {}

  @ApiOperation({ summary: 'All editions, published or not' })
  @Get()
  @Can('edition:read_unpublished')
  @AnswersPage(EditionDto)
  list(@Query() query: ManagedEditionListQuery): Promise<Page<EditionDto>> {
    return this.editions.list(query);
  }

  @ApiOperation({ summary: 'One edition, published or not' })
  @Get(':id')
  @Can('edition:read_unpublished')
  @Answers(EditionDto)
  one(@Id() id: string): Promise<EditionDto> {
    return this.editions.get(id);
  }

  @ApiOperation({ summary: 'Plan an edition; nobody else sees it until it is published' })
  @Post()
  @Can('edition:write')
  @Writes({ key: 'required' })
  @Answers(EditionDto, 201)
  async create(@Body() details: CreateEditionDto, @Tx() tx: Tx): Promise<EditionDto> {
    return this.editions.get(await this.createEdition.execute({ details }, tx), tx);
  }

  @ApiOperation({ summary: 'Change an edition' })
  @Patch(':id')
  @Can('edition:write')
  @Writes()
  @Answers(EditionDto)
  async change(@Id() id: string, @IfMatch() version: number, @Body() details: ChangeEditionDto, @Tx() tx: Tx): Promise<EditionDto> {
    await this.changeEdition.execute({ id, version, details }, tx);
    return this.editions.get(id, tx);
  }

  @ApiOperation({ summary: 'Show an edition to everybody, for good' })
  @Post(':id/publish')
  @Can('edition:publish')
  @Writes()
  @Answers(EditionDto)
  async publish(@Id() id: string, @IfMatch() version: number, @Tx() tx: Tx): Promise<EditionDto> {
    await this.publishEdition.execute({ id, version }, tx);
    return this.editions.get(id, tx);
  }

  @ApiOperation({ summary: 'Make the next edition of this one: same length, milestones at the same distance; answers the new edition' })
  @Post(':id/clone')
  @Can('edition:write')
  @Writes({ key: 'required' })
  @Answers(EditionDto)
  async clone(@Id() sourceId: string, @Body() details: CloneEditionDto, @Tx() tx: Tx): Promise<EditionDto> {
    return this.editions.get(await this.cloneEdition.execute({ sourceId, details }, tx), tx);
  }
}
