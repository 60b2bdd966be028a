import { editionChanged, type EditionChanged } from '@ciep/contracts';
import { keepCopy, ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';

@Controller()
export class KnowEditionWhenChanged {
  @ReactsTo(editionChanged)
  async on({ editionId, code, startsOn, endsOn, published }: EditionChanged, { tx, event }: ReactionContext): Promise<void> {
    await keepCopy(
      tx,
      'known_editions',
      { id: editionId },
      { code, starts_on: startsOn, ends_on: endsOn, published },
      event.aggregateversion,
    );
  }
}
