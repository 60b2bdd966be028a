import type { Log } from '../logging/log.js';
import { serveMetrics } from '../metrics/metrics-server.js';
import type { PlatformSettings } from '../settings/platform-settings.js';
import { startTracing } from '../tracing/tracing.js';

/** Metrics and traces of a process. */
export interface Observing {
  /** Address of the metrics; undefined when `CIEP_METRICS_PORT` is unset. */
  readonly metricsUrl: string | undefined;
  /** Sends the remaining traces and closes. Call it after the services have stopped. */
  close(): Promise<void>;
}

/** Serves metrics and sends traces according to the settings. Call it once in a process, before its services start. */
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
