import { Readable } from 'node:stream';
import type { Language } from '@ciep/kernel';
import { Actor, Answers, AnswersFile, AnswersPage, Can, FileAnswer, Id, inOneLanguage, Lang, Principal, type Page } from '@ciep/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { applicationsCsv } from './application-export.rules.js';
import {
  ApplicationCountsDto,
  ApplicationDto,
  ApplicationFilterQuery,
  ApplicationListQuery,
  ApplicationSummaryDto,
} from './application.dto.js';
import { ApplicationQueries } from './application.queries.js';

/** Reading, for everybody: each sees its own share. */
@Controller('applications')
export class ApplicationsController {
  constructor(private readonly applications: ApplicationQueries) {}

  @ApiOperation({ summary: 'Applications: each caller sees its own share 参展申请列表' })
  @Get()
  @Can('application:read')
  @AnswersPage(ApplicationSummaryDto)
  async list(@Query() query: ApplicationListQuery, @Actor() reader: Principal): Promise<Page<ApplicationSummaryDto>> {
    return inOneLanguage(await this.applications.list(query, reader), query.lang);
  }

  @ApiOperation({ summary: 'How many applications are in each state; the same filters as the list' })
  @Get('counts')
  @Can('application:read')
  @Answers(ApplicationCountsDto)
  counts(@Query() query: ApplicationFilterQuery, @Actor() reader: Principal): Promise<ApplicationCountsDto> {
    return this.applications.counts(query, reader);
  }

  @ApiOperation({ summary: 'The applications that fit the filters, as CSV' })
  @Get('export.csv')
  @Can('application:export')
  @AnswersFile('text/csv')
  export(@Query() query: ApplicationFilterQuery, @Actor() reader: Principal): FileAnswer {
    return new FileAnswer(
      'applications.csv',
      'text/csv; charset=utf-8',
      Readable.from(applicationsCsv(this.applications.all(query, reader))),
    );
  }

  @ApiOperation({ summary: 'One application with its timeline and what you may do next' })
  @Get(':id')
  @Can('application:read')
  @Answers(ApplicationDto)
  async read(@Id() id: string, @Actor() reader: Principal, @Lang() lang: Language | undefined): Promise<ApplicationDto> {
    return inOneLanguage(await this.applications.one(id, reader), lang);
  }
}
