import { About, AnswersPage, Answers, Cached, type Page, Public } from '@ciep/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { EditionQueries } from './edition.queries.js';
import { EditionDto, EditionListQuery } from './editions.dto.js';

@ApiTags('editions')
@About('Published editions of the conference 届次：已公布的各届大会')
@Controller('editions')
export class EditionsController {
  constructor(private readonly editions: EditionQueries) {}

  @ApiOperation({ operationId: 'listEditions', summary: 'Published editions 已发布的届次' })
  @Get()
  @Public()
  @Cached(60)
  @AnswersPage(EditionDto)
  list(@Query() query: EditionListQuery): Promise<Page<EditionDto>> {
    return this.editions.list({ ...query, published: true });
  }

  @ApiOperation({ operationId: 'getCurrentEdition', summary: 'The edition that is on or comes next 当前届次' })
  @Get('current')
  @Public()
  @Cached(60)
  @Answers(EditionDto)
  current(): Promise<EditionDto> {
    return this.editions.current();
  }

  @ApiOperation({ operationId: 'getEdition', summary: 'One published edition, by id or code 按编号或代码查询' })
  @ApiParam({ name: 'edition', description: 'id or code of the edition', example: '21' })
  @Get(':edition')
  @Public()
  @Cached(60)
  @Answers(EditionDto)
  one(@Param('edition') idOrCode: string): Promise<EditionDto> {
    return this.editions.published(idOrCode);
  }
}
