import { join } from 'node:path';
import { ServiceProcess } from '../../services/service-process.js';
import { freePort } from '../../../libs/platform/src/embedded/free-port.js';
import type { ServiceName } from '../../services/suite.js';
import { Trial, type TrialOptions } from '../trial.js';

/** A trial that can have second instances. */
export interface TwinTrial {
  readonly trial: Trial;
  /** A second instance of a service: same database and Kafka, another port; nobody but the test calls it. */
  readonly twinOf: (service: ServiceName) => Promise<ServiceProcess>;
  readonly stop: () => Promise<void>;
}

/** Starts the platform and remembers with which settings each service runs. */
export async function startTwinTrial({ spoil = (_service, given) => given, ...options }: TrialOptions = {}): Promise<TwinTrial> {
  const settings = new Map<ServiceName, NodeJS.ProcessEnv>();
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
