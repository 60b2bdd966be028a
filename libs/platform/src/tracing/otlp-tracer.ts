import { setTimeout as after } from 'node:timers/promises';
import {
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind as Kind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span as OtelSpan,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import { parsedTraceparent, traceparentOf } from '../context/traceparent.js';
import type { Log } from '../logging/log.js';
import type { SamplerName, Span, SpanAttributes, SpanStart, Tracer } from './span.js';

const kinds = { internal: Kind.INTERNAL, server: Kind.SERVER, client: Kind.CLIENT, producer: Kind.PRODUCER, consumer: Kind.CONSUMER };
const scope = '@ciep/platform';
const sendEvery = 1_000;
/** An end does not wait longer for a collector; a process has ten seconds for all of it. */
const lastWords = 1_000;

/** Where traces go, and how many of them. */
export interface OtlpOptions {
  /** Base address of an OTLP/HTTP receiver; `/v1/traces` is added. */
  readonly endpoint: string;
  readonly sampler: SamplerName;
  /** Share of the traces that is recorded, for the samplers by ratio. */
  readonly ratio: number;
  readonly log: Log;
}

/**
 * A tracer that sends to an OpenTelemetry collector: OTLP over HTTP, in protobuf, in batches. `OTEL_EXPORTER_OTLP_HEADERS`,
 * `_TIMEOUT` and `_COMPRESSION` count as the OpenTelemetry exporter reads them. A collector that is away costs spans, nothing else.
 */
export function otlpTracer({ endpoint, sampler, ratio, log }: OtlpOptions): Tracer {
  const complain = (message: string): void => log.warn({ reason: message.slice(0, 500) }, 'traces could not be sent');
  diag.setLogger({ error: complain, warn: complain, info: nothing, debug: nothing, verbose: nothing }, DiagLogLevel.WARN);
  const processor = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` }),
    scheduledDelayMillis: sendEvery,
  });
  const samples = samplerOf(sampler, ratio);
  const providers = new Map<string, TracerProvider>();
  const providerOf = (service: string): TracerProvider => {
    const known = providers.get(service);
    if (known) return known;
    const resource = resourceFromAttributes({ 'service.name': service, 'service.namespace': 'ciep', 'process.pid': process.pid });
    const provider = new TracerProvider({ resource, sampler: samples, spanProcessors: [processor] });
    providers.set(service, provider);
    return provider;
  };
  return {
    start({ service, name, kind, parent, isAtTheDoor = false, attributes = {} }: SpanStart): Span {
      const options = { kind: kinds[kind], attributes: attributes as Attributes };
      return new SentSpan(providerOf(service).getTracer(scope).startSpan(name, options, contextOf(parent, isAtTheDoor)));
    },
    async stop() {
      const sent = processor.shutdown().catch((error: unknown) => log.warn({ error }, 'the last traces could not be sent'));
      await Promise.race([sent, after(lastWords, undefined, { ref: false })]);
      diag.disable();
    },
  };
}

const nothing = (): void => undefined;

/** "Remote" means to our samplers that the decision of the parent does not bind: so it is at the door alone. */
function contextOf(parent: string | undefined, isRemote: boolean): Context {
  const parsed = parsedTraceparent(parent);
  if (!parsed) return ROOT_CONTEXT;
  const { traceId, spanId, flags } = parsed;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: flags, isRemote });
}

function samplerOf(name: SamplerName, ratio: number): Sampler {
  const root = name.endsWith('always_on')
    ? new AlwaysOnSampler()
    : name.endsWith('always_off')
      ? new AlwaysOffSampler()
      : new TraceIdRatioBasedSampler(ratio);
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root, remoteParentSampled: root, remoteParentNotSampled: root }) : root;
}

class SentSpan implements Span {
  readonly traceparent: string;

  constructor(private readonly span: OtelSpan) {
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.traceparent = traceparentOf(traceId, spanId, traceFlags);
  }

  rename(name: string): void {
    this.span.updateName(name);
  }

  set(attributes: SpanAttributes): void {
    this.span.setAttributes(attributes);
  }

  // The message of an error may hold what a person wrote; its name and code are ours.
  end(error?: unknown): void {
    if (error !== undefined) {
      this.span.setAttribute('error.type', typeOf(error));
      this.span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.span.end();
  }
}

function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : 'unknown';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}
