import { Actor, Answers, Authenticated, Principal } from '@ciep/platform';
import { Controller, Get } from '@nestjs/common';
import { MeDto } from './me.dto.js';
import { MeQueries } from './me.queries.js';

@Controller('me')
export class MeController {
  constructor(private readonly queries: MeQueries) {}

  @Get()
  @Authenticated()
  @Answers(MeDto)
  me(@Actor() actor: Principal): Promise<MeDto> {
    return this.queries.of(actor);
  }
}
