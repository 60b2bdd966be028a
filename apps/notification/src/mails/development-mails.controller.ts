import { Answers, AnswersPage, Id, Public, type Page } from '@ciep/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { DevelopmentMailDto, DevelopmentMailListQuery } from './development-mails.dto.js';
import { DevelopmentMailQueries } from './development-mails.queries.js';

@Controller('development/mails')
export class DevelopmentMailsController {
  constructor(private readonly queries: DevelopmentMailQueries) {}

  @Get()
  @Public()
  @AnswersPage(DevelopmentMailDto)
  list(@Query() query: DevelopmentMailListQuery): Promise<Page<DevelopmentMailDto>> {
    return this.queries.list(query);
  }

  @Get(':id')
  @Public()
  @Answers(DevelopmentMailDto)
  read(@Id() id: string): Promise<DevelopmentMailDto> {
    return this.queries.get(id);
  }
}
