import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processNames } from '@ciep/contracts';
import { missingForKafka } from '../kafka/kafka.js';
import { startSuite } from '../services/suite.js';
import { wideLimits } from '../services/wide-limits.js';
import { demoPaths } from './demo.js';
import { drained } from './drain.js';
import { eventLatency } from './event-latency.js';
import { idlePercent } from './footprint.js';
import type { Part } from './part.js';
import { familyOf, postmasterOf, pssMiB } from './processes.js';
import { gatewayAgainstDirect } from './reading.js';

const memoryGoalMiB = 1_200;

/** The platform as separate processes over a real Kafka: cost of the gateway, latency of an event, cost of idling. */
export const services: Part = {
  name: 'services',
  async run() {
    const missing = process.env['KAFKA_BROKERS'] ? [] : missingForKafka();
    if (missing.length > 0) return [{ what: 'As separate services', reached: `left out: ${missing.join(' and ')} not found` }];
    const dataDir = await mkdtemp(join(tmpdir(), 'ciep-bench-services-'));
    await chmod(dataDir, 0o711);
    const suite = await startSuite({ dataDir, port: 0, environment: wideLimits });
    try {
      await demoPaths(suite.url);
      await sleep(3_000);
      const node = () => processNames.map(name => suite.service(name).pid ?? 0);
      const postgres = () => familyOf(postmasterOf(dataDir));
      const idle = await idlePercent({ node, postgres, kafka: () => (suite.kafkaPid === undefined ? [] : [suite.kafkaPid]) });
      const ours = (idle['node'] ?? NaN) + (idle['postgres'] ?? NaN);
      const latency = await eventLatency(suite);
      const read = await gatewayAgainstDirect(suite.url, suite.service('exhibition').url, 'as separate services');
      const drain = await drained(suite, { node, postgres });
      const memory = { node: pssMiB(node()), postgres: pssMiB(postgres()) };
      return [
        ...read,
        latency,
        drain,
        {
          what: 'CPU of the idle platform as six services over 30 s',
          goal: '≤ 15 % of a core',
          reached: `${ours.toFixed(1)} %: Node ${idle['node']?.toFixed(1)}, PostgreSQL ${idle['postgres']?.toFixed(1)}; Kafka itself ${idle['kafka']?.toFixed(1)}`,
          isMet: ours <= 15,
        },
        {
          what: 'Memory (sum of PSS) as six services, after all of this load',
          goal: `≤ ${memoryGoalMiB} MiB`,
          reached: `${(memory.node + memory.postgres).toFixed(0)} MiB: Node ${memory.node.toFixed(0)}, PostgreSQL ${memory.postgres.toFixed(0)}`,
          isMet: memory.node + memory.postgres <= memoryGoalMiB,
        },
      ];
    } finally {
      await suite.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  },
};
