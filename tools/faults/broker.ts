import { serviceNames } from '@ciep/contracts';
import { startKafka, type KafkaBroker, type KafkaDoor } from '../kafka/kafka.js';
import { freePort } from '../../libs/platform/src/network/free-port.js';
import type { Links } from './links.js';

/** A Kafka that can be killed and restarted on the same ports, with a listener and a link for each service. */
export class Broker {
  private constructor(
    private readonly options: { readonly dir: string; readonly port: number; readonly doors: readonly KafkaDoor[] },
    private kafka: KafkaBroker,
  ) {}

  static async start(dir: string, links: Links): Promise<Broker> {
    const doors: KafkaDoor[] = [];
    for (const name of serviceNames) {
      const port = await freePort();
      doors.push({ port, advertisedPort: await links.lay(`${name}>kafka`, port) });
    }
    const options = { dir, port: await freePort(), doors };
    return new Broker(options, await startKafka(options));
  }

  /** Its address without any link. */
  get brokers(): string {
    return this.kafka.brokers;
  }

  get pid(): number {
    return this.kafka.pid;
  }

  async restart(): Promise<void> {
    this.kafka = await startKafka(this.options);
  }

  async stop(): Promise<void> {
    await this.kafka.stop(2_000);
  }
}
