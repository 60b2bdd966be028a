import fc from 'fast-check';
import { ApiProber } from '../../../apps/all-in-one/test/api-prober.js';
import type { ApiDocument, Operation } from '../../../apps/all-in-one/test/operations.js';
import { inOneProcess, type InOneProcess } from '../../../apps/all-in-one/test/start-in-one-process.js';
import { Story } from '../../tour/story.js';
import { WebhookReceiver } from '../../tour/webhook-receiver.js';
import { ApiFuzzer } from './api-fuzzer.js';
import { KnownThings } from './known-things.js';
import { Requests, type Probe } from './requests.js';

export interface FuzzOptions {
  /** Requests of each kind, for each operation. */
  readonly each: number;
  readonly seed: number;
  /** The document to validate answers with, and the operations to call; by default the platform's own document and all operations. */
  readonly document?: ApiDocument;
  readonly only?: (operation: Operation) => boolean;
}

export interface Fuzzed {
  readonly operations: number;
  readonly requests: number;
  /** How often a service asked for a later retry. */
  readonly busy: number;
  /** How often each status answered a valid request. */
  readonly answers: Readonly<Record<string, number>>;
  /** Operations that never succeeded. */
  readonly neverDone: readonly string[];
  readonly complaints: readonly string[];
}

/** The platform in this process, with data in every list. */
export class FuzzStage {
  private constructor(
    readonly process: InOneProcess,
    readonly prober: ApiProber,
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
    return new FuzzStage(process, await ApiProber.at(process), webhooks, receiver);
  }

  async close(): Promise<void> {
    await this.process.close();
    await this.webhooks.close();
  }
}

/** Sends valid and invalid requests to every operation; the same seed draws the same values. */
export async function fuzz(stage: FuzzStage, { each, seed, document, only = () => true }: FuzzOptions): Promise<Fuzzed> {
  const { prober, process } = stage;
  const known = new KnownThings();
  const requests = new Requests(prober.document, known, stage.receiver);
  const fuzzer = new ApiFuzzer(process.url, document ?? prober.document, known, prober);
  const operations = prober.operations.filter(only);
  const reads = prober.operations.filter(({ method }) => method === 'GET');
  // Learns ids from the lists, then from the sub-resources of what they contain.
  for (const round of [1, 2]) await fuzzer.examine(reads, operation => draw(requests.valid(operation), 2, seed + round));
  await fuzzer.examine(operations, operation => draw(requests.valid(operation), each, seed));
  await fuzzer.examine(operations, operation => draw(requests.spoilt(operation), each, seed));
  return fuzzer.report(operations);
}

const draw = (probes: fc.Arbitrary<Probe>, numRuns: number, seed: number): Probe[] => fc.sample(probes, { numRuns, seed });
