import { addressedEvents, eventCatalogue, type Audience } from '@ciep/contracts';
import { ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';
import { Letters } from './letters.service.js';
import { MailQueue, type MailOrder } from './mail-queue.service.js';
import { templateNames } from './mail-templates.rules.js';

/** Queues a mail for everybody whom an event concerns, if there is a template. */
@Controller()
export class WriteMails {
  constructor(
    private readonly letters: Letters,
    private readonly mails: MailQueue,
  ) {}

  @ReactsTo(...addressedEvents)
  async on(data: object, { tx, event }: ReactionContext): Promise<void> {
    await this.mails.order(event.id, this.ordersOf(event.type, data as MailOrder['data']), tx);
  }

  private ordersOf(type: string, data: MailOrder['data']): MailOrder[] {
    const eventType = eventCatalogue.get(type);
    const concerned = Object.entries(eventType?.recipients.concerns ?? {}) as [Audience, string][];
    const { names } = this.letters;
    return concerned.flatMap(([kind, field]) => {
      const key = data[field];
      const template = eventType && templateNames(eventType, kind, data).find(name => names.includes(name));
      return template === undefined || typeof key !== 'string' ? [] : [{ template, to: { kind, key }, data }];
    });
  }
}
