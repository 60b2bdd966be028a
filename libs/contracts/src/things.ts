import { z } from 'zod';
import { localized } from './fields.js';
import type { ServiceName } from './services.js';

/** A kind of thing that events refer to by id only. */
export interface Thing<Answer extends object = object> {
  readonly service: ServiceName;
  /** The owner answers `GET /internal/<path>/<id>`. */
  readonly path: string;
  /** The label that it answers: the numbers and names by which people know the thing. */
  readonly answer: z.ZodObject & z.ZodType<Answer>;
}

const thing = <Owner extends ServiceName, Shape extends z.ZodRawShape>(service: Owner, path: string, shape: Shape) => ({
  service,
  path,
  answer: z.object(shape),
});

/**
 * The labels of what events refer to by id: an event with the field `applicationId` is about the thing `application`. A service
 * that writes to people asks the owner for the label over an internal route, because names change and events carry none.
 */
export const things = {
  organisation: thing('identity', 'organisations', { name: localized }),
  application: thing('exhibition', 'applications', { number: z.string().nullable(), boardCode: z.string(), boardName: localized }),
  invoice: thing('billing', 'invoices', { number: z.string(), reference: z.string() }),
} satisfies Record<string, Thing>;
export type ThingKind = keyof typeof things;

/** A service that other services ask for the labels of its things. */
export type ThingOwner = (typeof things)[ThingKind]['service'];

/** Every {@link ThingOwner}, each once. */
export const thingOwners: readonly ThingOwner[] = [...new Set(Object.values(things).map(({ service }) => service))];

/** The label of a thing, as its owner answers it. */
export type ThingAnswer<Kind extends ThingKind> = z.infer<(typeof things)[Kind]['answer']>;
