import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectDefaultMetrics } from 'prom-client';
import type { Log } from '../logging/log.js';
import type { PlatformSettings } from '../settings/platform-settings.js';
import { ConfigurationError } from '../settings/settings.js';
import { registry } from './registry.js';

/** prom-client samples 100 times a second by default, which costs an idle process too much. */
const eventLoopMonitoringPrecision = 100;

/** Gauges that are set at each scrape, not as things happen. */
export interface Figures {
  /** Sets the gauges, in bounded time. */
  refresh(): Promise<void>;
  /** Removes the gauges. */
  end(): void;
}

const observed = new Set<Figures>();

/** Refreshes a service's gauges at each scrape; the returned function ends that. */
export function observe(figures: Figures): () => void {
  observed.add(figures);
  return () => {
    observed.delete(figures);
    figures.end();
  };
}

/** All metrics of the process in the text format of Prometheus. */
export async function exposition(): Promise<string> {
  await Promise.all([...observed].map(figures => figures.refresh()));
  return registry.metrics();
}

/** The HTTP server that Prometheus scrapes. */
export interface MetricsServer {
  /** Its address; undefined when `CIEP_METRICS_PORT` is unset. */
  readonly url: string | undefined;
  close(): Promise<void>;
}

/**
 * Serves `/metrics` of the whole process at an address of its own, so that no public route can reach it. Throws a
 * {@link ConfigurationError} when the port is taken.
 */
export async function serveMetrics({ metricsPort, metricsHost }: PlatformSettings, log: Log): Promise<MetricsServer> {
  if (metricsPort === undefined) return { url: undefined, close: () => Promise.resolve() };
  if (!registry.getSingleMetric('process_cpu_seconds_total')) collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision });
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') return void response.writeHead(404).end();
    exposition().then(
      text => response.writeHead(200, { 'content-type': registry.contentType, 'cache-control': 'no-store' }).end(text),
      (error: unknown) => {
        log.error({ error }, 'the metrics could not be written');
        response.writeHead(500).end();
      },
    );
  });
  await listen(server, metricsPort, metricsHost);
  const { port } = server.address() as AddressInfo;
  const url = `http://${metricsHost.includes(':') ? `[${metricsHost}]` : metricsHost}:${port}/metrics`;
  log.info({ url }, 'metrics are served');
  return {
    url,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new ConfigurationError([`CIEP_METRICS_PORT, CIEP_METRICS_HOST: ${host}:${port} cannot be listened on (${error.code})`])),
    );
    server.listen(port, host, resolve);
  });
}
