import { join } from 'node:path';
import type { ProcessName } from '@ciep/contracts';
import { ServiceProcess } from '../../services/service-process.js';
import { freePort } from '../../../libs/platform/src/network/free-port.js';
import { Trial, type TrialOptions } from '../trial.js';

/** A trial that can start second instances. */
export interface TwinTrial {
  readonly trial: Trial;
  /** A second instance of a service: same database and Kafka, another port; only the test calls it. */
  readonly twinOf: (service: ProcessName) => Promise<ServiceProcess>;
  readonly stop: () => Promise<void>;
}

/** Starts the platform and remembers the settings of each service. */
export async function startTwinTrial({ spoil = (_service, given) => given, ...options }: TrialOptions = {}): Promise<TwinTrial> {
  const settings = new Map<ProcessName, NodeJS.ProcessEnv>();
  const twins: ServiceProcess[] = [];
  const trial = await Trial.start({
    ...options,
    spoil: (service, given) => {
      const spoilt = spoil(service, given);
      settings.set(service, spoilt);
      return spoilt;
    },
  });
  return {
    trial,
    async twinOf(name) {
      const port = await freePort();
      const environment = { ...settings.get(name), PORT: String(port) };
      const folder = join(trial.stage.dataDir, 'twins');
      const twin = new ServiceProcess({ name, port, folder, environment, onUnexpectedEnd: () => undefined });
      twins.push(twin);
      await twin.start();
      return twin;
    },
    async stop() {
      for (const twin of twins) await twin.stop();
      await trial.stop();
    },
  };
}
