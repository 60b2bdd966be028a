import type { Language } from '@ciep/kernel';
import { Answers, Cached, inOneLanguage, Lang, Public } from '@ciep/platform';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { ChoicesDto } from './reference.dto.js';
import { areaTypeNames, boothTypeNames, choices, exhibitorKindNames, exhibitTypeNames } from './reference.rules.js';

const anHour = 3_600;

/** Lists to choose from; they change with a new version of the platform only. */
@Controller()
export class ReferenceController {
  @ApiOperation({ summary: 'Kinds of area inside a board 展区类型' })
  @Get('area-types')
  @Public()
  @Cached(anHour)
  @Answers(ChoicesDto)
  areaTypes(@Lang() language: Language | undefined): ChoicesDto {
    return inOneLanguage({ items: choices(areaTypeNames) }, language);
  }

  @ApiOperation({ summary: 'Kinds of booth 展位类型' })
  @Get('booth-types')
  @Public()
  @Cached(anHour)
  @Answers(ChoicesDto)
  boothTypes(@Lang() language: Language | undefined): ChoicesDto {
    return inOneLanguage({ items: choices(boothTypeNames) }, language);
  }

  @ApiOperation({ summary: 'Kinds of exhibit 展品类型' })
  @Get('exhibit-types')
  @Public()
  @Cached(anHour)
  @Answers(ChoicesDto)
  exhibitTypes(@Lang() language: Language | undefined): ChoicesDto {
    return inOneLanguage({ items: choices(exhibitTypeNames) }, language);
  }

  @ApiOperation({ summary: 'Kinds of exhibitor 参展单位类型' })
  @Get('exhibitor-kinds')
  @Public()
  @Cached(anHour)
  @Answers(ChoicesDto)
  exhibitorKinds(@Lang() language: Language | undefined): ChoicesDto {
    return inOneLanguage({ items: choices(exhibitorKindNames) }, language);
  }
}
