import type { Language } from '@ciep/kernel';
import { Answers, Cached, inOneLanguage, Lang, Public } from '@ciep/platform';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { ChoicesDto } from './reference.dto.js';
import {
  applicationEventNames,
  applicationStatusNames,
  areaTypeNames,
  boothTypeNames,
  choices,
  exhibitorKindNames,
  exhibitTypeNames,
  nodeKindNames,
  responsibilityRoleNames,
} from './reference.rules.js';

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

  @ApiOperation({ summary: 'Kinds of node in the venue tree 展区层级' })
  @Get('node-kinds')
  @Public()
  @Cached(anHour)
  @Answers(ChoicesDto)
  nodeKinds(@Lang() language: Language | undefined): ChoicesDto {
    return inOneLanguage({ items: choices(nodeKindNames) }, language);
  }

  @ApiOperation({ summary: 'Roles of the units that are responsible for a node 责任分工' })
  @Get('responsibility-roles')
  @Public()
  @Cached(anHour)
  @Answers(ChoicesDto)
  responsibilityRoles(@Lang() language: Language | undefined): ChoicesDto {
    return inOneLanguage({ items: choices(responsibilityRoleNames) }, language);
  }

  @ApiOperation({ summary: 'States of an application 申请状态' })
  @Get('application-statuses')
  @Public()
  @Cached(anHour)
  @Answers(ChoicesDto)
  applicationStatuses(@Lang() language: Language | undefined): ChoicesDto {
    return inOneLanguage({ items: choices(applicationStatusNames) }, language);
  }

  @ApiOperation({ summary: 'Entries of the timeline of an application 申请进展' })
  @Get('application-events')
  @Public()
  @Cached(anHour)
  @Answers(ChoicesDto)
  applicationEvents(@Lang() language: Language | undefined): ChoicesDto {
    return inOneLanguage({ items: choices(applicationEventNames) }, language);
  }
}
