import { regions } from '@ciep/contracts';
import type { Language } from '@ciep/kernel';
import { Answers, Cached, inOneLanguage, Lang, Public } from '@ciep/platform';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { organisationKinds } from '../organisations/organisation-kinds.rules.js';
import { OrganisationKindsDto, RegionsDto } from './reference.dto.js';

const anHour = 3_600;

const kinds = Object.entries(organisationKinds).map(([code, name]) => ({ code, name }));

/** Lists to choose from; they change with a new version of the platform only. */
@Controller()
export class ReferenceController {
  @ApiOperation({ summary: 'The 45 regional units 地区列表' })
  @Get('regions')
  @Public()
  @Cached(anHour)
  @Answers(RegionsDto)
  regions(@Lang() language: Language | undefined): RegionsDto {
    return inOneLanguage({ items: [...regions] }, language);
  }

  @ApiOperation({ summary: 'Kinds of organisation 单位类型' })
  @Get('organisation-kinds')
  @Public()
  @Cached(anHour)
  @Answers(OrganisationKindsDto)
  organisationKinds(@Lang() language: Language | undefined): OrganisationKindsDto {
    return inOneLanguage({ items: kinds }, language);
  }
}
