import { regions } from '@ciep/contracts';
import type { Language } from '@ciep/kernel';
import { About, Answers, Cached, inOneLanguage, Lang, Public } from '@ciep/platform';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { organisationKinds } from '../organisations/organisation-kinds.rules.js';
import { OrganisationKindsDto, RegionsDto } from './reference.dto.js';

const anHour = 3_600;

const kinds = Object.entries(organisationKinds).map(([code, name]) => ({ code, name }));

/** Reference lists; they change only with a release of the platform. */
@About('Lists of words for forms: kinds of organisations, countries 参考数据：单位类型、国家和地区等列表')
@Controller()
export class ReferenceController {
  @ApiOperation({ operationId: 'listRegions', summary: 'The 45 regional units 地区列表' })
  @Get('regions')
  @Public()
  @Cached(anHour)
  @Answers(RegionsDto)
  regions(@Lang() language: Language | undefined): RegionsDto {
    return inOneLanguage({ items: [...regions] }, language);
  }

  @ApiOperation({ operationId: 'listOrganisationKinds', summary: 'Kinds of organisation 单位类型' })
  @Get('organisation-kinds')
  @Public()
  @Cached(anHour)
  @Answers(OrganisationKindsDto)
  organisationKinds(@Lang() language: Language | undefined): OrganisationKindsDto {
    return inOneLanguage({ items: kinds }, language);
  }
}
