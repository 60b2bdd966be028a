import { randomInt } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Caller } from '../../../tools/tour/caller.js';
import { until } from '../../../tools/tour/caller.js';
import { Story, type Application, type Invoice } from '../../../tools/tour/story.js';
import type { SearchableData } from './searchable-data.js';

/** The platform under test: in one process, or as separate services. */
export interface Stage {
  readonly url: string;
  /** Sets the business clock of all services to an instant, from which it continues. */
  moveClockTo(instant: Date): void;
  close(): Promise<void>;
}

/** A platform whose metrics and stored data the test can inspect. */
export interface ObservedStage extends Stage {
  readonly searchable: SearchableData;
  /** The metrics of all its processes. */
  scrape(): Promise<string>;
}

const day = 86_400_000;

/** An application with everybody who works on it. */
export interface Booking {
  readonly exhibitor: Caller;
  readonly mail: string;
  readonly id: string;
  readonly editionId: string;
  readonly boardId: string;
  readonly boothId: string;
}

/** The people of a journey; each logs in once. */
export class Cast {
  readonly story: Story;
  readonly liaoning: Caller;
  readonly jilin: Caller;
  /** The business clock of the journey; it only moves forward. */
  private now = Date.now();

  constructor(private readonly stage: Stage) {
    this.story = new Story(stage.url);
    this.liaoning = this.story.portal('210000');
    this.jilin = this.story.portal('220000');
  }

  /** Moves the business clock forward by days. */
  moveClockBy(days: number): Promise<void> {
    return this.moveClockTo(new Date(this.now + days * day));
  }

  /** Moves the business clock forward to an instant and waits until every process has seen it. */
  async moveClockTo(instant: Date): Promise<void> {
    this.now = instant.getTime();
    this.stage.moveClockTo(instant);
    await new Promise(resolve => setTimeout(resolve, 150));
  }

  get present(): Date {
    return new Date(this.now);
  }

  /** From registration to the allocated booth: the given one, or any free one. */
  async bookUpToApproval(language: 'zh' | 'en' = 'en', wanted?: string): Promise<Booking> {
    const { story } = this;
    const { exhibitor, registrant } = await story.register('210000', language);
    const { booths, ...place } = await story.lookAround('210000');
    const { id } = await story.apply(exhibitor, place, '210000');
    await story.endorse(this.liaoning, { id, editionId: place.editionId });
    const start = randomInt(booths.length);
    const offered =
      wanted === undefined ? [...booths.slice(start), ...booths.slice(0, start)] : booths.filter(booth => booth.id === wanted);
    const approved = await story.decide(exhibitor, id, offered, this.present);
    const boothId = booths.find(({ number }) => number === approved.boothNumber)?.id ?? '';
    return { exhibitor, mail: registrant.mail, id, ...place, boothId };
  }

  untilInvoice({ exhibitor, id }: Booking, status: string): Promise<Invoice> {
    return until(
      `the invoice is ${status}`,
      async () => {
        const invoice = await this.story.invoiceOf(exhibitor, id);
        return invoice.status === status ? invoice : undefined;
      },
      40,
    );
  }

  /** Expects 404 for what a portal may not see. */
  async expectHidden(portal: Caller, { id }: Booking): Promise<void> {
    await portal.get(`/v1/exhibition/applications/${id}`, { expect: [404] });
    const { body } = await portal.get<{ items: Application[] }>('/v1/exhibition/applications?limit=200');
    expect(body.items.map(item => item.id)).not.toContain(id);
  }
}
