import { eventCatalogue } from '@ciep/contracts';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import { inContext } from '../context/request-context.js';
import type { Database } from '../database/database.js';
import { faultPoint } from '../faults/fault-point.js';
import type { Log } from '../logging/log.js';
import { observeReaction } from './event-observer.js';
import { Inbox, type InboxRow } from './inbox.js';
import type { CloudEvent } from './message-bus.js';
import { inboxTransport, type ReactionContext } from './reacts-to.js';
import { WakeUp } from './wake-up.js';

const batchSize = 100;
const lanesAtOnce = 4;
/** Only a fallback: the relay's probe wakes the worker earlier. */
const longestSleep = 5_000;

/** The data does not fit the event's schema; a retry cannot help. */
class Unreadable extends Error {}

/** Runs the reactions to the events of the inbox, in order within each key; the effect and its mark share one transaction. */
export class InboxWorker extends Server implements CustomTransportStrategy {
  override readonly transportId = inboxTransport;
  override readonly propagatesEventHandlerErrors = true;
  readonly inbox: Inbox;
  private readonly reactions = new Map<string, MessageHandler>();
  private readonly wakeUp = new WakeUp();
  private stopping = false;
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly log: Log,
  ) {
    super();
    this.inbox = new Inbox(database, () => this.wake());
  }

  /** Registers a reaction. Replaces Nest's chain of handlers, which would run several reactions at once in one transaction. */
  override addHandler(pattern: string, handler: MessageHandler, isEvent = false, extras: Record<string, unknown> = {}): void {
    const reaction = extras['reaction'];
    if (!isEvent || typeof reaction !== 'string') throw new Error(`${pattern}: events are handled by @ReactsTo only`);
    this.inbox.register(pattern, reaction);
    this.reactions.set(reaction, handler);
  }

  listen(ready: () => void): void {
    this.loop = this.run();
    ready();
  }

  /** Finishes the running reactions, then stops. */
  async close(): Promise<void> {
    this.stopping = true;
    this.wakeUp.wake();
    await this.loop;
  }

  /** Looks for due events now. */
  wake(): void {
    this.wakeUp.wake();
  }

  on(): never {
    throw new Error('the inbox has no events of its own');
  }

  unwrap<T>(): T {
    return this.inbox as T;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      try {
        const rows = await this.inbox.due(batchSize);
        if (rows.length > 0) await this.runLanes(rows);
        else await this.wakeUp.sleep(longestSleep);
      } catch (error) {
        this.log.error({ error }, 'the inbox cannot be read');
        await this.wakeUp.sleep(1_000);
      }
    }
  }

  /** Rows with the same reaction and key run in sequence, the others in parallel. */
  private async runLanes(rows: readonly InboxRow[]): Promise<void> {
    const lanes = [...Map.groupBy(rows, row => `${row.reaction} ${row.key}`).values()];
    const next = async (): Promise<void> => {
      for (let lane = lanes.shift(); lane && !this.stopping; lane = lanes.shift()) await this.runLane(lane);
    };
    await Promise.all(Array.from({ length: lanesAtOnce }, next));
  }

  private async runLane(lane: readonly InboxRow[]): Promise<void> {
    for (const row of lane) {
      if (this.stopping || !(await this.runRow(row))) return;
    }
  }

  private async runRow(row: InboxRow): Promise<boolean> {
    const { event, reaction } = row;
    const observed = observeReaction(this.database.service, reaction, event);
    const context = {
      service: this.database.service,
      requestId: event.id,
      traceparent: observed.traceparent,
      action: reaction,
      causationId: event.id,
      correlationId: event.correlationid ?? event.id,
    };
    return inContext(context, async () => {
      try {
        const claimed = await this.database.transaction(async tx => {
          if (!(await this.inbox.claim(tx, row))) return false;
          faultPoint('worker.beforeEffect');
          await this.react(reaction, event, { tx, event, tries: row.tries });
          faultPoint('worker.afterEffect.beforeCommit');
          return true;
        });
        faultPoint('worker.afterCommit');
        if (claimed) observed.end('done');
        else await this.inbox.stepBack(row);
        return claimed;
      } catch (error) {
        const status = await this.inbox.failed(row, error, error instanceof Unreadable);
        observed.end(status === 'dead_lettered' ? 'dead_lettered' : 'retry', error);
        this.log[status === 'dead_lettered' ? 'error' : 'warn'](
          { error, reaction, eventId: event.id, type: event.type, tries: row.tries + 1 },
          `the reaction failed, the event is ${status}`,
        );
        return false;
      }
    });
  }

  private async react(reaction: string, event: CloudEvent, context: ReactionContext): Promise<void> {
    const handler = this.reactions.get(reaction);
    if (!handler) throw new Error(`this version of the service has no reaction ${reaction}`);
    const data = eventCatalogue.get(event.type)?.schema.safeParse(event.data);
    if (!data?.success) throw new Unreadable(`the data does not fit ${event.type}: ${data?.error.message ?? 'unknown type'}`);
    const outcome: unknown = await handler(data.data, context);
    if (isObservable(outcome)) await lastValueFrom(outcome, { defaultValue: undefined });
  }
}
