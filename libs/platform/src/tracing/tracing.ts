import { INVALID_SPAN_CONTEXT, SpanStatusCode, trace, type Span as ApiSpan } from '@opentelemetry/api';
import { currentContext, inContext } from '../context/request-context.js';
import type { Log } from '../logging/log.js';
import type { PlatformSettings } from '../settings/platform-settings.js';
import { childOf, spanContextOf, traceparentOf } from './traceparent.js';

/** Plain values without personal data: ids, route patterns, names of reactions and jobs, numbers. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** A step that begins inside a request, reaction or job. */
interface Step {
  readonly name: string;
  /** The span kind of OpenTelemetry. */
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly attributes?: SpanAttributes;
}

/** A step with its service and parent. */
export interface SpanStart extends Step {
  readonly service: string;
  /** `traceparent` of the step that caused it; a new trace begins if it is undefined. */
  readonly parent: string | undefined;
  /** The parent comes from outside: we continue its trace, and decide ourselves whether to record it. */
  readonly isAtTheDoor?: boolean;
}

/** Where spans are recorded. */
export interface Tracer {
  start(step: SpanStart): ApiSpan;
  /** Sends the ended spans and closes. */
  stop(): Promise<void>;
}

/** One for the process: all its services send to the same collector. */
let tracer: Tracer | undefined;

/** A step in progress. A span that never ends is never sent. */
export class Span {
  constructor(private readonly span: ApiSpan) {}

  /** The parent of the steps that it causes; also written to logs, events and headers. */
  get traceparent(): string {
    return traceparentOf(this.span.spanContext());
  }

  /** Changes the name, when the final one becomes known. */
  rename(name: string): void {
    this.span.updateName(name);
  }

  set(attributes: SpanAttributes): void {
    this.span.setAttributes(attributes);
  }

  /** Ends the span, as failed if there is an error. It records the error's name or code, not its message, which may contain personal data. */
  end(error?: unknown): void {
    if (error !== undefined) this.span.setAttribute('error.type', typeOf(error)).setStatus({ code: SpanStatusCode.ERROR });
    this.span.end();
  }
}

function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : 'unknown';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}

/**
 * Sends the process's traces to the collector that `OTEL_EXPORTER_OTLP_ENDPOINT` names; without that setting it loads and sends
 * nothing. Call it before the services start. The returned function sends the remaining spans and stops.
 */
export async function startTracing(settings: PlatformSettings, log: Log): Promise<() => Promise<void>> {
  const { otlpEndpoint: endpoint, tracesSampler: sampler, tracesSamplerArg: ratio } = settings;
  if (endpoint === undefined) return () => Promise.resolve();
  const { otlpTracer } = await import('./otlp-tracer.js');
  const started = otlpTracer({ endpoint, sampler, ratio, log });
  tracer = started;
  return async () => {
    if (tracer === started) tracer = undefined;
    await started.stop();
  };
}

/**
 * Begins a step of a trace. Its `traceparent` is valid for logs, events and headers whether or not traces are sent; if they are not,
 * a client span has the id of the step that it belongs to.
 */
export const startSpan = (step: SpanStart): Span => new Span(tracer?.start(step) ?? unrecorded(step));

/** Without a collector a step only has ids. */
function unrecorded({ kind, parent }: Pick<SpanStart, 'kind' | 'parent'>): ApiSpan {
  const caller = spanContextOf(parent);
  return trace.wrapSpanContext(kind === 'client' && caller ? caller : childOf(caller));
}

/**
 * Runs a step of a request, reaction or job (a transaction, a call to another system) in a span of its own. Elsewhere, and when no
 * traces are sent, it only runs the work.
 *
 * ```ts
 * await inSpan({ name: 'send mail', kind: 'client' }, span => post(letter));
 * ```
 */
export async function inSpan<R>(step: Step, work: (span: Span) => Promise<R>): Promise<R> {
  const context = currentContext();
  if (!tracer || !context) return work(new Span(trace.wrapSpanContext(spanContextOf(context?.traceparent) ?? INVALID_SPAN_CONTEXT)));
  const span = new Span(tracer.start({ ...step, service: context.service, parent: context.traceparent }));
  try {
    const result = await inContext({ ...context, traceparent: span.traceparent }, () => work(span));
    span.end();
    return result;
  } catch (error) {
    span.end(error);
    throw error;
  }
}
