import { setTimeout as after } from 'node:timers/promises';
import { diag, DiagLogLevel, ROOT_CONTEXT, SpanKind as Kind, trace, type Context } from '@opentelemetry/api';
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
import type { Log } from '../logging/log.js';
import type { SamplerName } from '../settings/platform-settings.js';
import { spanContextOf } from './traceparent.js';
import type { SpanStart, Tracer } from './tracing.js';

const kinds = { internal: Kind.INTERNAL, server: Kind.SERVER, client: Kind.CLIENT, producer: Kind.PRODUCER, consumer: Kind.CONSUMER };
const scope = '@ciep/platform';
const sendIntervalMs = 1_000;
/** A stop waits this long for the collector; a process has ten seconds in total. */
const flushTimeoutMs = 1_000;

/** Where to send traces, and which of them. */
export interface OtlpOptions {
  /** Base address of an OTLP/HTTP receiver; `/v1/traces` is added. */
  readonly endpoint: string;
  readonly sampler: SamplerName;
  /** The fraction of traces that the ratio samplers record. */
  readonly ratio: number;
  readonly log: Log;
}

/**
 * A tracer that sends batches to an OpenTelemetry collector, in protobuf over HTTP. The exporter itself reads
 * `OTEL_EXPORTER_OTLP_HEADERS`, `_TIMEOUT` and `_COMPRESSION`. When the collector is unavailable, only spans are lost.
 */
export function otlpTracer({ endpoint, sampler, ratio, log }: OtlpOptions): Tracer {
  const complain = (message: string): void => log.warn({ reason: message.slice(0, 500) }, 'traces could not be sent');
  diag.setLogger({ error: complain, warn: complain, info: nothing, debug: nothing, verbose: nothing }, DiagLogLevel.WARN);
  const processor = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` }),
    scheduledDelayMillis: sendIntervalMs,
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
    start: ({ service, name, kind, parent, isAtTheDoor = false, attributes = {} }: SpanStart) =>
      providerOf(service).getTracer(scope).startSpan(name, { kind: kinds[kind], attributes }, contextOf(parent, isAtTheDoor)),
    async stop() {
      const sent = processor.shutdown().catch((error: unknown) => log.warn({ error }, 'the last traces could not be sent'));
      await Promise.race([sent, after(flushTimeoutMs, undefined, { ref: false })]);
      diag.disable();
    },
  };
}

const nothing = (): void => undefined;

/** Our samplers ignore the parent's decision when it is "remote", which we set at the public door only. */
function contextOf(traceparent: string | undefined, isRemote: boolean): Context {
  const parent = spanContextOf(traceparent);
  return parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote }) : ROOT_CONTEXT;
}

function samplerOf(name: SamplerName, ratio: number): Sampler {
  const root = name.endsWith('always_on')
    ? new AlwaysOnSampler()
    : name.endsWith('always_off')
      ? new AlwaysOffSampler()
      : new TraceIdRatioBasedSampler(ratio);
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root, remoteParentSampled: root, remoteParentNotSampled: root }) : root;
}
