import fc from 'fast-check';
import { Knocker } from '../../../apps/all-in-one/test/knocker.js';
import type { ApiDocument, Operation } from '../../../apps/all-in-one/test/operations.js';
import { inOneProcess, type InOneProcess } from '../../../apps/all-in-one/test/start-in-one-process.js';
import { Story } from '../../tour/story.js';
import { WebhookReceiver } from '../../tour/webhook-receiver.js';
import { Examiner } from './examiner.js';
import { KnownThings } from './known-things.js';
import { Requests, type Probe } from './requests.js';

export interface FuzzOptions {
  /** Requests of each kind, for each operation. */
  readonly each: number;
  readonly seed: number;
  /** The document that answers are compared with, and the operations asked; the platform's own, and all of them, unless given. */
  readonly document?: ApiDocument;
  readonly only?: (operation: Operation) => boolean;
}

export interface Fuzzed {
  readonly operations: number;
  readonly requests: number;
  /** How often a service asked to come again later. */
  readonly busy: number;
  /** How often each status was answered to requests that fit the document. */
  readonly answers: Readonly<Record<string, number>>;
  /** Operations that never answered with success. */
  readonly neverDone: readonly string[];
  readonly complaints: readonly string[];
}

/** The platform in this process, with something in every list. */
export class FuzzStage {
  private constructor(
    readonly process: InOneProcess,
    readonly knocker: Knocker,
    private readonly webhooks: WebhookReceiver,
    readonly receiver: string,
  ) {}

  static async open(): Promise<FuzzStage> {
    const webhooks = new WebhookReceiver();
    const receiver = await webhooks.listen(0);
    const process = await inOneProcess(new URL(receiver).host);
    const story = new Story(process.url);
    const exhibitor = story.employee('exhibitor');
    const { booths, ...place } = await story.lookAround('210000');
    for (const wanted of ['submitted', 'endorsed', 'approved', 'paid'] as const) {
      const { id } = await story.apply(exhibitor, place, '210000');
      if (wanted === 'submitted') continue;
      await story.endorse(story.portal('210000'), { id, editionId: place.editionId });
      if (wanted === 'endorsed') continue;
      await story.decide(exhibitor, id, booths);
      if (wanted === 'paid') await story.pay(exhibitor, id);
    }
    return new FuzzStage(process, await Knocker.at(process), webhooks, receiver);
  }

  async close(): Promise<void> {
    await this.process.close();
    await this.webhooks.close();
  }
}

/** Sends requests that fit the API document, and such as do not, to every operation; the same seed draws the same values. */
export async function fuzz(stage: FuzzStage, { each, seed, document, only = () => true }: FuzzOptions): Promise<Fuzzed> {
  const { knocker, process } = stage;
  const known = new KnownThings();
  const requests = new Requests(knocker.document, known, stage.receiver);
  const examiner = new Examiner(process.url, document ?? knocker.document, known, knocker);
  const operations = knocker.operations.filter(only);
  const reads = knocker.operations.filter(({ method }) => method === 'GET');
  // What exists is learnt from the lists, then from what is below the things in them.
  for (const round of [1, 2]) await examiner.examine(reads, operation => draw(requests.valid(operation), 2, seed + round));
  await examiner.examine(operations, operation => draw(requests.valid(operation), each, seed));
  await examiner.examine(operations, operation => draw(requests.spoilt(operation), each, seed));
  return examiner.report(operations);
}

const draw = (probes: fc.Arbitrary<Probe>, numRuns: number, seed: number): Probe[] => fc.sample(probes, { numRuns, seed });
