import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import protobuf from 'protobufjs';

/** A received span. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first span of a trace. */
  readonly parentSpanId: string;
  readonly service: string;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly failed: boolean;
}

// The part of OpenTelemetry's trace.proto (version 1) that the platform's spans use.
const schema = protobuf.parse(`
  syntax = "proto3";
  message Export { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeSpans { repeated Span spans = 2; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
    repeated KeyValue attributes = 9; Status status = 15;
  }
  message Status { string message = 2; int32 code = 3; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
`).root;
const kinds = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const failedStatus = 2;

interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, string | number | boolean>>;
}
interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly KeyValue[];
  readonly status?: { readonly code: number };
}
interface WireExport {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

/** A stand-in for an OpenTelemetry collector: it receives OTLP over HTTP in protobuf and keeps every span. */
export class TraceCollector {
  readonly spans: CollectedSpan[] = [];
  private readonly bodies: Buffer[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      this.take(request).then(
        status => response.writeHead(status).end(),
        () => response.writeHead(400).end(),
      );
    });
  }

  static async start(): Promise<TraceCollector> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TraceCollector(server);
  }

  /** The value for `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** All received bytes as text, to search for data that must not be in a trace. */
  get text(): string {
    return this.bodies.map(body => body.toString()).join('\n');
  }

  /** The spans by trace. */
  traces(): CollectedSpan[][] {
    return [...Map.groupBy(this.spans, span => span.traceId).values()];
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async take(request: IncomingMessage): Promise<number> {
    if (request.url !== '/v1/traces' || request.headers['content-type'] !== 'application/x-protobuf') return 404;
    const body = await buffer(request);
    this.bodies.push(body);
    const type = schema.lookupType('Export');
    const { resourceSpans } = type.toObject(type.decode(body), { bytes: Array, longs: Number, arrays: true, defaults: true }) as WireExport;
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = String(plain(resource.attributes)['service.name']);
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) this.spans.push(collected(service, span));
    }
    return 200;
  }
}

const hex = (bytes: unknown): string => Buffer.from(bytes as number[]).toString('hex');
const plain = (attributes: readonly KeyValue[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0] ?? '']));

function collected(service: string, { traceId, spanId, parentSpanId, name, kind, attributes, status }: WireSpan): CollectedSpan {
  return {
    traceId: hex(traceId),
    spanId: hex(spanId),
    parentSpanId: hex(parentSpanId),
    service,
    name,
    kind: kinds[kind] ?? 'internal',
    attributes: plain(attributes),
    failed: status?.code === failedStatus,
  };
}
