import { About, AnswersNothing, Can, Id, Tx, Writes } from '@ciep/platform';
import { Controller, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { ResetSecondFactor } from './reset-second-factor.use-case.js';

@About('Second factors that people have lost 重置两步验证')
@Controller('accounts/:id/second-factor')
export class SecondFactorsController {
  constructor(private readonly resetSecondFactor: ResetSecondFactor) {}

  @ApiOperation({
    operationId: 'resetSecondFactor',
    summary: 'Remove the second factor of a person who has lost it; every login of that person ends 重置',
  })
  @Post('reset')
  @Can('second_factor:reset')
  @Writes()
  @AnswersNothing()
  async reset(@Id() id: string, @Tx() tx: Tx): Promise<void> {
    await this.resetSecondFactor.execute(id, tx);
  }
}
