/** A fact on its way: CloudEvents 1.0, with our extension attributes (lower case, as CloudEvents wants them). */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** Fixed when the fact is written; the key of every inbox. */
  readonly id: string;
  /** The owning service, `/billing`. */
  readonly source: string;
  readonly type: string;
  /** Id of the aggregate. */
  readonly subject: string;
  /** Business instant at which it happened, ISO 8601. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: unknown;
  readonly traceparent?: string;
  /** Version of the aggregate after the change: a read copy ignores older ones. */
  readonly aggregateversion: number;
  readonly correlationid?: string;
  readonly causationid?: string;
}

/** A fact with its address. */
export interface Message {
  readonly id: string;
  readonly topic: string;
  /** The aggregate's id: facts of one key keep their order. */
  readonly key: string;
  readonly event: CloudEvent;
}

/**
 * The bus will not take a message as it is, now or later: it is too large, or its topic does not exist. Never an outage:
 * the bus itself answered.
 */
export class MessageRefused extends Error {
  override readonly name = 'MessageRefused';

  constructor(
    reason: string,
    /** The topic is at fault, and with it every message to it. */
    readonly isWholeTopic: boolean,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/** One service listening. */
export interface Subscription {
  /** Each group gets every message, each member of a group a part. */
  readonly group: string;
  readonly topics: readonly string[];
  /** The bus answers and has the topics. It may be long before the group lets a new member in: one that died holds its place for a while. */
  onReached?(): void;
  /** Keeps the batch durably; what it rejects is delivered again. */
  store(messages: readonly Message[]): Promise<void>;
}

/** The last hop between a relay and the inboxes of the other services. Delivers at least once, in order of the key. */
export abstract class MessageBus {
  /**
   * Resolves when the bus has the messages. Throws {@link MessageRefused} when it refuses one of them for its own sake, and any
   * other error when it is away; of the messages it then has all, some or none.
   */
  abstract publish(messages: readonly Message[]): Promise<void>;
  /** Starts a subscription; the answer ends it. */
  abstract subscribe(subscription: Subscription): Promise<() => Promise<void>>;
  abstract close(): Promise<void>;
}
