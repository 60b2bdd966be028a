import { applicationPayByExtended, type ApplicationPayByExtended } from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { MoveDueDate } from '../invoices/move-due-date.use-case.js';

@Controller()
export class MoveDueDateWhenPayByExtended {
  constructor(private readonly moveDueDate: MoveDueDate) {}

  @ReactsTo(applicationPayByExtended)
  async on({ applicationId, payBy }: ApplicationPayByExtended, { tx, event }: ReactionContext): Promise<void> {
    await this.moveDueDate.execute({ applicationId, version: event.aggregateversion, dueOn: payBy }, tx);
  }
}
