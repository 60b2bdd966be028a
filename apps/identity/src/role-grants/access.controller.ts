import { About, Actor, Answers, Authenticated, Principal } from '@ciep/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { AccessExplanations } from './access-explanations.queries.js';
import { AccessExplanationDto, ExplainAccessQuery } from './role-grants.dto.js';

@About('Why somebody may do something, or may not 权限说明')
@Controller('access')
export class AccessController {
  constructor(private readonly explanations: AccessExplanations) {}

  @ApiOperation({ operationId: 'explainAccess', summary: 'Whether a permission is held, and by which role and grant 权限说明' })
  @Get('explain')
  @Authenticated()
  @Answers(AccessExplanationDto)
  @ApiResponse({ status: 404 })
  explain(@Query() query: ExplainAccessQuery, @Actor() actor: Principal): Promise<AccessExplanationDto> {
    return this.explanations.of(query, actor);
  }
}
