import { currentContext, inContext } from '../context/request-context.js';
import { childTraceparent } from '../context/traceparent.js';
import type { Log } from '../logging/log.js';
import type { PlatformSettings } from '../settings/platform-settings.js';
import type { Span, SpanAttributes, SpanKind, SpanStart, Tracer } from './span.js';

/** One for the process, as its log is: every service in it sends to the same collector. */
let tracer: Tracer | undefined;

/** Without a collector a step has an id and nothing else. */
class UnsentSpan implements Span {
  constructor(readonly traceparent: string) {}

  rename(): void {
    // nobody sees its name
  }

  set(): void {
    // nor its attributes
  }

  end(): void {
    // nor when it ended
  }
}

/**
 * Sends the process's traces to the collector that `OTEL_EXPORTER_OTLP_ENDPOINT` names. Without that setting nothing is loaded and
 * nothing sent. Call before the services start; the answer sends what is left and stops.
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
 * Begins a step of a trace. Its `traceparent` is good for logs, facts and headers whether or not traces are sent; while they are not,
 * a call of somebody else bears the id of the step that makes it.
 */
export const startSpan = (step: SpanStart): Span => tracer?.start(step) ?? new UnsentSpan(unsentId(step));

const unsentId = ({ kind, parent }: SpanStart): string => (kind === 'client' && parent !== undefined ? parent : childTraceparent(parent));

/**
 * Runs a step of what is going on (a transaction, a call of another system) as a span of its own, and fails with it. Outside a
 * request, reaction or job, and while no traces are sent, it is the work alone.
 *
 * ```ts
 * await inSpan({ name: 'send mail', kind: 'client' }, span => post(letter));
 * ```
 */
export async function inSpan<R>(
  step: { readonly name: string; readonly kind: SpanKind; readonly attributes?: SpanAttributes },
  work: (span: Span) => Promise<R>,
): Promise<R> {
  const context = currentContext();
  if (!tracer || !context) return work(new UnsentSpan(context?.traceparent ?? ''));
  const span = tracer.start({ ...step, service: context.service, parent: context.traceparent });
  try {
    const result = await inContext({ ...context, traceparent: span.traceparent }, () => work(span));
    span.end();
    return result;
  } catch (error) {
    span.end(error);
    throw error;
  }
}
