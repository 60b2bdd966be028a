import type { FactType } from '@ciep/contracts';
import { Catch, UseFilters, type ExceptionFilter } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { Tx } from '../database/database.js';
import type { CloudEvent } from './message-bus.js';

/** Names the transport whose handlers are reactions. */
export const inboxTransport = Symbol('inbox');

/** What a reaction works with: the open transaction and the envelope of the fact. */
export interface ReactionContext {
  readonly tx: Tx;
  readonly event: CloudEvent;
  /** How often this reaction failed on this fact before. */
  readonly tries: number;
}

type Reaction<Data> = (data: Data, context: ReactionContext) => Promise<void>;

/** Nest would answer an error with an observable of its own; the inbox needs the error itself. */
@Catch()
class LetThrough implements ExceptionFilter {
  catch(error: unknown): never {
    throw error;
  }
}

/**
 * Marks a method as the reaction to a fact. It runs in a transaction of its own, exactly once in effect, in the order of
 * the aggregate's facts; throwing has it retried with back-off (1 s, doubled, 8 tries) and then parked.
 *
 * ```ts
 * @ReactsTo(invoiceOverdue)
 * async on(data: InvoiceOverdue, { tx }: ReactionContext) { … }
 * ```
 */
export const ReactsTo =
  <Data extends object>(fact: FactType<Data>) =>
  <Key extends string>(
    target: object & Record<Key, Reaction<Data>>,
    key: Key,
    descriptor: TypedPropertyDescriptor<Reaction<Data>>,
  ): void => {
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
    (EventPattern(fact.type, inboxTransport, { reaction: `${target.constructor.name}.${key}` }) as MethodDecorator)(
      target,
      key,
      descriptor,
    );
    UseFilters(new LetThrough())(target, key, descriptor);
  };
