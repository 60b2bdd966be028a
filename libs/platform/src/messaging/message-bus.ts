/** An event as services exchange it: CloudEvents 1.0 with our extension attributes, in lower case as CloudEvents requires. */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** Set when the event is written; the key of every inbox. */
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
  /** Version of the aggregate after the change; a read copy ignores older versions. */
  readonly aggregateversion: number;
  readonly correlationid?: string;
  readonly causationid?: string;
}

/** An event with its topic and key. */
export interface Message {
  readonly id: string;
  readonly topic: string;
  /** The aggregate's id: events of one key keep their order. */
  readonly key: string;
  readonly event: CloudEvent;
}

/** The bus answered that it will never accept a message as it is: it is too large, or its topic does not exist. Not an outage. */
export class MessageRefused extends Error {
  override readonly name = 'MessageRefused';

  constructor(
    reason: string,
    /** The topic is at fault: the bus refuses every message to it. */
    readonly isWholeTopic: boolean,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/** The subscription of one service. */
export interface Subscription {
  /** Each group gets every message; the members of a group share them. */
  readonly group: string;
  readonly topics: readonly string[];
  /** The bus answers and has the topics. Joining the group may take much longer: a member that died keeps its place for a while. */
  onReached?(): void;
  /** Stores the batch durably; a batch that it rejects is delivered again. */
  store(messages: readonly Message[]): Promise<void>;
}

/** Carries messages from a relay to the inboxes of other services, at least once and in order within a key. */
export abstract class MessageBus {
  /**
   * Resolves when the bus has the messages. Throws {@link MessageRefused} when it refuses one of them, and any other error when it
   * is unavailable; it may then have all, some or none of the messages.
   */
  abstract publish(messages: readonly Message[]): Promise<void>;
  /** Starts a subscription; the returned function ends it. */
  abstract subscribe(subscription: Subscription): Promise<() => Promise<void>>;
  abstract close(): Promise<void>;
}
