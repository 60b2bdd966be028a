import { About, Answers, AnswersPage, Can, Id, IfMatch, type Page, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangeEdition } from './change-edition.use-case.js';
import { CloneEdition } from './clone-edition.use-case.js';
import { CreateEdition } from './create-edition.use-case.js';
import { EditionQueries } from './edition.queries.js';
import { ChangeEditionDto, CloneEditionDto, CreateEditionDto, EditionDto, ManagedEditionListQuery } from './editions.dto.js';
import { PublishEdition } from './publish-edition.use-case.js';

@ApiTags('managed editions')
@About('Editions for those who prepare them, drafts included 届次管理：筹备中的届次，含草稿')
@Controller('managed-editions')
export class ManagedEditionsController {
  constructor(
    private readonly editions: EditionQueries,
    private readonly createEdition: CreateEdition,
    private readonly changeEdition: ChangeEdition,
    private readonly publishEdition: PublishEdition,
    private readonly cloneEdition: CloneEdition,
  ) {}

  @ApiOperation({ operationId: 'listManagedEditions', summary: 'All editions, published or not 全部届次，含未发布的' })
  @Get()
  @Can('edition:read_unpublished')
  @AnswersPage(EditionDto)
  list(@Query() query: ManagedEditionListQuery): Promise<Page<EditionDto>> {
    return this.editions.list(query);
  }

  @ApiOperation({ operationId: 'getManagedEdition', summary: 'One edition, published or not 一届，含未发布的' })
  @Get(':id')
  @Can('edition:read_unpublished')
  @Answers(EditionDto)
  one(@Id() id: string): Promise<EditionDto> {
    return this.editions.get(id);
  }

  @ApiOperation({ operationId: 'createEdition', summary: 'Plan an edition; nobody else sees it until it is published 筹备新一届' })
  @Post()
  @Can('edition:write')
  @Writes({ key: 'required' })
  @Answers(EditionDto, 201)
  async create(@Body() details: CreateEditionDto, @Tx() tx: Tx): Promise<EditionDto> {
    return this.editions.get(await this.createEdition.execute({ details }, tx), tx);
  }

  @ApiOperation({ operationId: 'changeEdition', summary: 'Change an edition 修改届次' })
  @Patch(':id')
  @Can('edition:write')
  @Writes()
  @Answers(EditionDto)
  async change(@Id() id: string, @IfMatch() version: number, @Body() details: ChangeEditionDto, @Tx() tx: Tx): Promise<EditionDto> {
    await this.changeEdition.execute({ id, version, details }, tx);
    return this.editions.get(id, tx);
  }

  @ApiOperation({ operationId: 'publishEdition', summary: 'Show an edition to everybody, for good 发布届次' })
  @Post(':id/publish')
  @Can('edition:publish')
  @Writes()
  @Answers(EditionDto)
  async publish(@Id() id: string, @IfMatch() version: number, @Tx() tx: Tx): Promise<EditionDto> {
    await this.publishEdition.execute({ id, version }, tx);
    return this.editions.get(id, tx);
  }

  @ApiOperation({
    operationId: 'cloneEdition',
    summary:
      'Make the next edition of this one: same length, milestones at the same distance; answers the new edition 以本届为样板建立下一届',
  })
  @Post(':id/clone')
  @Can('edition:write')
  @Writes({ key: 'required' })
  @Answers(EditionDto)
  async clone(@Id() sourceId: string, @Body() details: CloneEditionDto, @Tx() tx: Tx): Promise<EditionDto> {
    return this.editions.get(await this.cloneEdition.execute({ sourceId, details }, tx), tx);
  }
}
