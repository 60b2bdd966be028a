/** Plain values only, and none that is personal: ids, route patterns, names of reactions and jobs, numbers. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Which end of a conversation a span is, in OpenTelemetry's words. */
export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** A step that begins. */
export interface SpanStart {
  readonly service: string;
  readonly name: string;
  readonly kind: SpanKind;
  /** `traceparent` of the step that caused it; a new trace begins without one. */
  readonly parent: string | undefined;
  /** The parent comes from outside: its trace is continued, whether it is recorded is ours to decide. */
  readonly isAtTheDoor?: boolean;
  readonly attributes?: SpanAttributes;
}

/** A step under way. One that never ends is never sent. */
export interface Span {
  /** What the steps that it causes get as their parent; the id in logs, facts and headers. */
  readonly traceparent: string;
  /** Gives it the name that is known only now. */
  rename(name: string): void;
  set(attributes: SpanAttributes): void;
  /** Ends it; with an error as failed, of which the name is told and not the message. */
  end(error?: unknown): void;
}

/** Where spans begin; `undefined` parents begin a trace. */
export interface Tracer {
  start(step: SpanStart): Span;
  /** Sends what has ended, and closes. */
  stop(): Promise<void>;
}

/** How many traces are recorded, by the names of `OTEL_TRACES_SAMPLER`. */
export const samplerNames = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type SamplerName = (typeof samplerNames)[number];
