import { areaTypeNames, boothTypeNames } from '@ciep/contracts';
import type { Language } from '@ciep/kernel';
import { About, Answers, Cached, inOneLanguage, Lang, Public } from '@ciep/platform';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { ChoicesDto } from './reference.dto.js';
import {
  timelineStepNames,
  applicationStatusNames,
  choices,
  exhibitorKindNames,
  exhibitTypeNames,
  nodeKindNames,
  responsibilityRoleNames,
} from './reference.rules.js';

const anHour = 3_600;

/** Reference lists; they change only with a release of the platform. */
@About('Lists of words for forms: kinds of booths, states, regions 参考数据：展位类型、状态、地区等列表')
@Controller()
export class ReferenceController {
  @ApiOperation({ operationId: 'listAreaTypes', summary: 'Kinds of area inside a board 展区类型' })
  @Get('area-types')
  @Public()
  @Cached(anHour)
  @Answers(ChoicesDto)
  areaTypes(@Lang() language: Language | undefined): ChoicesDto {
    return inOneLanguage({ items: choices(areaTypeNames) }, language);
  }

  @ApiOperation({ operationId: 'listBoothTypes', summary: 'Kinds of booth 展位类型' })
  @Get('booth-types')
  @Public()
  @Cached(anHour)
  @Answers(ChoicesDto)
  boothTypes(@Lang() language: Language | undefined): ChoicesDto {
    return inOneLanguage({ items: choices(boothTypeNames) }, language);
  }

  @ApiOperation({ operationId: 'listExhibitTypes', summary: 'Kinds of exhibit 展品类型' })
  @Get('exhibit-types')
  @Public()
  @Cached(anHour)
  @Answers(ChoicesDto)
  exhibitTypes(@Lang() language: Language | undefined): ChoicesDto {
    return inOneLanguage({ items: choices(exhibitTypeNames) }, language);
  }

  @ApiOperation({ operationId: 'listExhibitorKinds', summary: 'Kinds of exhibitor 参展单位类型' })
  @Get('exhibitor-kinds')
  @Public()
  @Cached(anHour)
  @Answers(ChoicesDto)
  exhibitorKinds(@Lang() language: Language | undefined): ChoicesDto {
    return inOneLanguage({ items: choices(exhibitorKindNames) }, language);
  }

  @ApiOperation({ operationId: 'listNodeKinds', summary: 'Kinds of node in the venue tree 展区层级' })
  @Get('node-kinds')
  @Public()
  @Cached(anHour)
  @Answers(ChoicesDto)
  nodeKinds(@Lang() language: Language | undefined): ChoicesDto {
    return inOneLanguage({ items: choices(nodeKindNames) }, language);
  }

  @ApiOperation({ operationId: 'listResponsibilityRoles', summary: 'Roles of the units that are responsible for a node 责任分工' })
  @Get('responsibility-roles')
  @Public()
  @Cached(anHour)
  @Answers(ChoicesDto)
  responsibilityRoles(@Lang() language: Language | undefined): ChoicesDto {
    return inOneLanguage({ items: choices(responsibilityRoleNames) }, language);
  }

  @ApiOperation({ operationId: 'listApplicationStatuses', summary: 'States of an application 申请状态' })
  @Get('application-statuses')
  @Public()
  @Cached(anHour)
  @Answers(ChoicesDto)
  applicationStatuses(@Lang() language: Language | undefined): ChoicesDto {
    return inOneLanguage({ items: choices(applicationStatusNames) }, language);
  }

  @ApiOperation({ operationId: 'listTimelineSteps', summary: 'Entries of the timeline of an application 申请进展' })
  @Get('application-events')
  @Public()
  @Cached(anHour)
  @Answers(ChoicesDto)
  timelineSteps(@Lang() language: Language | undefined): ChoicesDto {
    return inOneLanguage({ items: choices(timelineStepNames) }, language);
  }
}
