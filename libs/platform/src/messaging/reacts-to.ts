import type { EventType } from '@ciep/contracts';
import { Catch, UseFilters, type ExceptionFilter, type Type } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { PATTERN_METADATA } from '@nestjs/microservices/constants.js';
import type { Tx } from '../database/database.js';
import type { CloudEvent } from './message-bus.js';

/** Names the transport whose handlers are reactions. */
export const inboxTransport = Symbol('inbox');

/** What a reaction gets beside the data: the open transaction and the envelope of the event. */
export interface ReactionContext {
  readonly tx: Tx;
  readonly event: CloudEvent;
  /** How often this reaction has failed on this event. */
  readonly tries: number;
}

type Reaction<Data> = (data: Data, context: ReactionContext) => Promise<void>;

/** Nest would turn an error into an observable; the inbox needs the error itself. */
@Catch()
class Rethrow implements ExceptionFilter {
  catch(error: unknown): never {
    throw error;
  }
}

/**
 * Marks a method as the reaction to one event or several. It runs in a transaction of its own, takes effect exactly once for each
 * event, and follows the order of the aggregate's events. When it throws, it is retried with back-off (1 s, doubled, 8 tries);
 * after that the event is dead-lettered.
 *
 * ```ts
 * @ReactsTo(invoiceOverdue, invoiceVoided)
 * async on(data: InvoiceOverdue | InvoiceVoided, { tx }: ReactionContext) { … }
 * ```
 */
export const ReactsTo =
  <Datas extends readonly object[]>(...events: { readonly [At in keyof Datas]: EventType<Datas[At]> }) =>
  <Key extends string>(
    target: object & Record<Key, Reaction<Datas[number]>>,
    key: Key,
    descriptor: TypedPropertyDescriptor<Reaction<Datas[number]>>,
  ): void => {
    const reaction = `${target.constructor.name}.${key}`;
    if (events.length === 0) throw new Error(`${reaction} reacts to nothing`);
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
    const types = events.map(({ type }) => type);
    EventPattern<readonly string[]>(types, inboxTransport, { reaction })(target, key, descriptor);
    UseFilters(new Rethrow())(target, key, descriptor);
  };

/** The types of the events that reactions among these classes react to. */
export function reactedTo(classes: readonly Type[]): string[] {
  const methods = classes.flatMap(({ prototype }) => Object.values(Object.getOwnPropertyDescriptors(prototype as object)));
  const types = methods.flatMap(({ value }: { value?: object }) =>
    value ? ((Reflect.getMetadata(PATTERN_METADATA, value) as string[] | undefined) ?? []) : [],
  );
  return [...new Set(types)].sort();
}
