import { Answers, AnswersPage, Id, Public, type Page } from '@ciep/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { DevelopmentMailDto, DevelopmentMailListQuery } from './development-mails.dto.js';
import { DevelopmentMailQueries } from './development-mails.queries.js';

@Controller('development/mails')
export class DevelopmentMailsController {
  constructor(private readonly queries: DevelopmentMailQueries) {}

  @ApiOperation({ summary: 'Mails of a development platform, which sends none' })
  @Get()
  @Public()
  @AnswersPage(DevelopmentMailDto)
  list(@Query() query: DevelopmentMailListQuery): Promise<Page<DevelopmentMailDto>> {
    return this.queries.list(query);
  }

  @ApiOperation({ summary: 'One mail of a development platform' })
  @Get(':id')
  @Public()
  @Answers(DevelopmentMailDto)
  read(@Id() id: string): Promise<DevelopmentMailDto> {
    return this.queries.get(id);
  }
}
