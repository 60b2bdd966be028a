import type { Log } from '../logging/log.js';
import { serveMetrics } from '../metrics/metrics-server.js';
import type { PlatformSettings } from '../settings/platform-settings.js';
import { startTracing } from '../tracing/tracing.js';

/** What watches a process, while it runs. */
export interface Observing {
  /** Where Prometheus finds the metrics; undefined when the settings want none. */
  readonly metricsUrl: string | undefined;
  /** Sends what is left of the traces, and closes. After the services have stopped. */
  close(): Promise<void>;
}

/** Serves metrics and sends traces, as the settings want it; once for a process, before its services start. */
export async function startObserving(settings: PlatformSettings, log: Log): Promise<Observing> {
  const metrics = await serveMetrics(settings, log);
  const stopTracing = await startTracing(settings, log);
  return {
    metricsUrl: metrics.url,
    async close() {
      await stopTracing();
      await metrics.close();
    },
  };
}
