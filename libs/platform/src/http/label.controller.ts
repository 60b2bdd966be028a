import { things, type ThingAnswer, type ThingKind } from '@ciep/contracts';
import { NotFound } from '@ciep/kernel';
import { Controller, Get, Inject, type Type } from '@nestjs/common';
import { Id, Internal } from './route.js';

/** Reads the labels of one kind of thing. */
export interface Labels<Kind extends ThingKind> {
  labelOf(id: string): Promise<ThingAnswer<Kind> | undefined>;
}

/**
 * The controller that gives other services the labels of a kind of thing, at the internal path that `things` of the contracts
 * declares; `labels` is the provider that reads them.
 *
 * ```ts
 * controllers: [labelController('invoice', InvoiceQueries), InvoicesController]
 * ```
 */
export function labelController<Kind extends ThingKind>(kind: Kind, labels: Type<Labels<Kind>>): Type {
  @Controller(`internal/${things[kind].path}`)
  @Internal()
  class LabelController {
    constructor(@Inject(labels) private readonly labels: Labels<Kind>) {}

    @Get(':id')
    async read(@Id() id: string): Promise<ThingAnswer<Kind>> {
      const label = await this.labels.labelOf(id);
      if (!label) throw new NotFound(kind, id);
      return label;
    }
  }
  return LabelController;
}
