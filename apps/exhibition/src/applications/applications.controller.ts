import type { Language } from '@ciep/kernel';
import {
  About,
  Answers,
  AnswersFile,
  AnswersPage,
  Can,
  Id,
  inOneLanguage,
  Lang,
  Share,
  type Page,
  tableAnswer,
  type FileAnswer,
} from '@ciep/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { applicationColumns } from './application-export.rules.js';
import {
  ApplicationCountsDto,
  ApplicationDto,
  ApplicationFilterQuery,
  ApplicationListQuery,
  ApplicationSummaryDto,
  ApplicationTableQuery,
} from './application.dto.js';
import { VisibleApplications, type ApplicationShare } from './application-share.service.js';
import { ApplicationQueries } from './application.queries.js';

/** Reading for all roles: each sees its own share. */
@About('Applications for booths, for all who may see them 参展申请：有权查看者可读')
@Controller('applications')
export class ApplicationsController {
  constructor(private readonly applications: ApplicationQueries) {}

  @ApiOperation({ operationId: 'listApplications', summary: 'Applications: each caller sees its own share 参展申请列表' })
  @Get()
  @Can('application:read')
  @AnswersPage(ApplicationSummaryDto)
  async list(
    @Query() query: ApplicationListQuery,
    @Share(VisibleApplications) share: ApplicationShare,
  ): Promise<Page<ApplicationSummaryDto>> {
    return inOneLanguage(await this.applications.list(query, share), query.lang);
  }

  @ApiOperation({
    operationId: 'countApplications',
    summary: 'How many applications are in each state; the same filters as the list 各状态的申请数',
  })
  @Get('counts')
  @Can('application:read')
  @Answers(ApplicationCountsDto)
  counts(@Query() query: ApplicationFilterQuery, @Share(VisibleApplications) share: ApplicationShare): Promise<ApplicationCountsDto> {
    return this.applications.counts(query, share);
  }

  @ApiOperation({ operationId: 'exportApplicationsCsv', summary: 'The applications that fit the filters, as CSV 导出申请（CSV）' })
  @Get('export.csv')
  @Can('application:export')
  @AnswersFile('text/csv')
  csv(@Query() query: ApplicationTableQuery, @Share(VisibleApplications) share: ApplicationShare): Promise<FileAnswer> {
    return tableAnswer('applications', 'csv', applicationColumns, this.applications.all(query, share), query);
  }

  @ApiOperation({ operationId: 'exportApplicationsXlsx', summary: 'The same as an Excel workbook 导出为 Excel' })
  @Get('export.xlsx')
  @Can('application:export')
  @AnswersFile('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
  xlsx(@Query() query: ApplicationTableQuery, @Share(VisibleApplications) share: ApplicationShare): Promise<FileAnswer> {
    return tableAnswer('applications', 'xlsx', applicationColumns, this.applications.all(query, share), query);
  }

  @ApiOperation({
    operationId: 'getApplication',
    summary: 'One application with its timeline and what you may do next 一份申请及其进展和可用操作',
  })
  @Get(':id')
  @Can('application:read')
  @Answers(ApplicationDto)
  async read(
    @Id() id: string,
    @Share(VisibleApplications) share: ApplicationShare,
    @Lang() lang: Language | undefined,
  ): Promise<ApplicationDto> {
    return inOneLanguage(await this.applications.one(id, share), lang);
  }
}
