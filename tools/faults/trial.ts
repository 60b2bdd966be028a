// A platform under traffic, disturbed by a scenario, brought to rest and checked.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebhookReceiver } from '../tour/webhook-receiver.js';
import { violationsOf, type Violation } from './checker.js';
import { collectEvidence, watchMarks, type Evidence } from './evidence.js';
import { History, type Outcome } from './history.js';
import { settle, type Rest } from './settle.js';
import { startStage, type Stage, type StageOptions } from './stage.js';
import { prepareTraffic, type Traffic } from './traffic.js';

export interface TrialOptions extends Omit<StageOptions, 'dataDir'> {
  /** Folder in which the trial creates its own (by default the system's temporary folder); the user `postgres` must be able to enter it. */
  readonly below?: string;
  /** Organisations that apply (6). */
  readonly exhibitors?: number;
  /** Keeps data, logs and history at the end. */
  readonly keep?: boolean;
}

/** The result. */
export interface Conclusion {
  readonly violations: readonly Violation[];
  readonly rest: Rest;
  readonly operations: Readonly<Record<Outcome, number>>;
  /** Events published, messages on the topics, and repeated messages. */
  readonly events: number;
  readonly messages: number;
  readonly repeated: number;
  readonly evidence: Evidence;
}

/** No rate limits, because many clients share one address here. */
const unlimited: NodeJS.ProcessEnv = {
  GATEWAY_REQUESTS_PER_MINUTE: '1000000',
  GATEWAY_WRITES_PER_MINUTE: '1000000',
  GATEWAY_SIGN_INS_PER_MINUTE: '1000000',
  GATEWAY_ADDRESS_REQUESTS_PER_MINUTE: '1000000',
  GATEWAY_CONNECTIONS_PER_ADDRESS: '10000',
};

/**
 * How a scenario uses it:
 *
 *     const trial = await Trial.start({ exhibitors: 6 });
 *     await trial.underTraffic(async () => { trial.stage.kill('billing'); await sleep(5_000); });
 *     const { violations } = await trial.conclude();
 *     await trial.stop();
 */
export class Trial {
  private constructor(
    readonly stage: Stage,
    readonly history: History,
    readonly traffic: Traffic,
    private readonly receiver: WebhookReceiver,
    private readonly keep: boolean,
  ) {}

  /** Starts the platform, registers everybody and logs them in. */
  static async start({ below = tmpdir(), exhibitors = 6, keep = false, environment, ...options }: TrialOptions = {}): Promise<Trial> {
    const dataDir = mkdtempSync(join(below, 'ciep-faults-'));
    chmodSync(dataDir, 0o755);
    const receiver = new WebhookReceiver();
    const webhookUrl = await receiver.listen(0);
    let stage: Stage | undefined;
    try {
      stage = await startStage({
        ...options,
        dataDir,
        environment: { ...unlimited, CIEP_LOG_LEVEL: 'info', NOTIFICATION_WEBHOOK_ALLOW: new URL(webhookUrl).host, ...environment },
      });
      await watchMarks(stage);
      const history = new History(join(dataDir, 'history.jsonl'));
      const traffic = await prepareTraffic({ url: stage.url, history, exhibitors, receiver, webhookUrl });
      return new Trial(stage, history, traffic, receiver, keep);
    } catch (error) {
      await stage?.stop();
      await receiver.close();
      throw error;
    }
  }

  /** Runs the traffic while `work` runs, and until all started operations are over. */
  async underTraffic<Result>(work: () => Promise<Result>): Promise<Result> {
    const ending = new AbortController();
    const played = this.traffic.run(ending.signal);
    try {
      return await work();
    } finally {
      // Nobody waits two minutes for an answer that cannot come.
      for (const link of this.stage.links.values()) link.heal();
      ending.abort();
      await played;
    }
  }

  /** Ends the faults, waits until everything settles, collects the evidence and checks it. */
  async conclude(): Promise<Conclusion> {
    const rest = await settle(this.stage);
    const evidence = await collectEvidence(this.stage, {
      operations: this.history.operations,
      received: this.receiver.delivered.map(({ id }) => id),
    });
    const { operations, events, messages } = evidence;
    const ended = (outcome: Outcome) => operations.filter(operation => operation.outcome === outcome).length;
    return {
      rest,
      evidence,
      violations: [
        ...rest.troubles.map(what => ({ rule: 'outbox and inbox are empty 60 s after recovery', what })),
        ...violationsOf(evidence),
      ],
      operations: { ok: ended('ok'), fail: ended('fail'), unknown: ended('unknown') },
      events: events.length,
      messages: messages.length,
      repeated: messages.length - new Set(messages.map(({ eventId }) => eventId)).size,
    };
  }

  async stop(): Promise<void> {
    await this.stage.stop();
    await this.receiver.close();
    if (!this.keep) rmSync(this.stage.dataDir, { recursive: true, force: true });
  }
}
