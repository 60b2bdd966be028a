import { NotFound } from '@ciep/kernel';
import { About, Answers, Can, Id, IfMatch, Tx, Writes } from '@ciep/platform';
import { Body, Controller, Put } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { OrganisationDto } from '../organisations/organisations.dto.js';
import { OrganisationQueries } from '../organisations/organisations.queries.js';
import { AppointPartnerUnit } from './appoint-partner-unit.use-case.js';
import { AppointPartnerUnitDto } from './role-grants.dto.js';

@About('Partner units of the regions 省级合作单位')
@Controller('organisations/:id/partner-region')
export class PartnerUnitsController {
  constructor(
    private readonly appointPartnerUnit: AppointPartnerUnit,
    private readonly organisations: OrganisationQueries,
  ) {}

  @ApiOperation({
    operationId: 'appointPartnerUnit',
    summary: 'Make an organisation the partner unit of a region, or of none any more 指定或取消省级合作单位',
  })
  @Put()
  @Can('partner_unit:appoint')
  @Writes()
  @Answers(OrganisationDto)
  async appoint(@Id() id: string, @IfMatch() version: number, @Body() body: AppointPartnerUnitDto, @Tx() tx: Tx): Promise<OrganisationDto> {
    await this.appointPartnerUnit.execute({ id, version, ...body }, tx);
    const appointed = await this.organisations.one(id, undefined, tx);
    if (!appointed) throw new NotFound('organisation', id);
    return appointed;
  }
}
