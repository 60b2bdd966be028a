import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { freePort, isFree } from '../../libs/platform/src/network/free-port.js';
import { patchKafkajs } from '../../libs/platform/src/messaging/kafkajs-patch.js';
import { brokerClassPath, java, missingForKafka } from './jars.js';
import { secureDoors, secureSettings, usersToAdd, type SecureListeners } from './secure-listeners.js';

export { missingForKafka } from './jars.js';

/** No Kafka is available, and none can be started: one message with the remedies. */
export class KafkaMissing extends Error {
  override readonly name = 'KafkaMissing';
}

/** Throws KafkaMissing if this machine cannot run a broker; `who` needs it. */
export function kafkaOrThrow(who: string): void {
  const missing = missingForKafka();
  if (missing.length === 0) return;
  throw new KafkaMissing(
    `A real Kafka is needed (${who}), and ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing. Three ways: ` +
      'install Java 17 and Maven (Debian: apt-get install openjdk-17-jre-headless maven), with which a broker is started here; ' +
      'or name a running one: KAFKA_BROKERS=host:9092; or do without: npm start, and of the tests npm run unit and npm run e2e.',
  );
}

patchKafkajs();

/** An additional listener port, and the port that it advertises to clients: that of a proxy. */
export interface KafkaDoor {
  readonly port: number;
  readonly advertisedPort: number;
}

/** A running single-node broker. */
export interface KafkaBroker {
  /** The value for KAFKA_BROKERS: host:port. */
  readonly brokers: string;
  readonly port: number;
  readonly pid: number;
  /** Orderly shutdown, forced after `longest` milliseconds (8,000). */
  stop(longest?: number): Promise<void>;
  /** kill -9: the page cache survives, so a start on the same folder and port finds all data. */
  kill(): Promise<void>;
}

/**
 * Starts an Apache Kafka 4 broker (KRaft, one node, about 300 MB) on 127.0.0.1 with data and log in `dir`, and waits until it answers.
 * Needs Java 17 and, the first time on this checkout, Maven. A left-over broker of a killed process in the same folder is stopped first.
 *
 *     const kafka = await startKafka({ dir: '.data/services/kafka' });
 *
 * @param options.port a free one by default
 * @param options.advertisedPort port advertised to clients, if there is a proxy
 * @param options.doors additional listeners, so that each client can have its own proxy
 * @param options.secure two additional TLS listeners
 * @param options.signal aborts the start, and leaves nothing behind
 */
export async function startKafka(options: {
  dir: string;
  port?: number;
  advertisedPort?: number;
  doors?: readonly KafkaDoor[];
  secure?: SecureListeners;
  signal?: AbortSignal;
}): Promise<KafkaBroker> {
  const dir = resolve(options.dir);
  mkdirSync(dir, { recursive: true });
  const classPath = await brokerClassPath();
  await endLeftOver(dir);
  const port = options.port ?? (await freePort());
  writeConfiguration(dir, {
    port,
    advertisedPort: options.advertisedPort ?? port,
    controllerPort: await freePort(),
    doors: options.doors ?? [],
    secure: options.secure,
  });
  if (!existsSync(join(dir, 'data/meta.properties'))) await format(dir, classPath, usersToAdd(options.secure));

  const broker = launch(dir, ['-Xms128m', '-Xmx384m', '-cp', classPath], ['kafka.Kafka', join(dir, 'server.properties')]);
  const ended = new Promise<void>(done => broker.once('exit', () => done()));
  const pid = broker.pid ?? 0;
  writeFileSync(join(dir, 'broker.pid'), String(pid));
  const end = async (signal: NodeJS.Signals, longest = 8_000) => {
    if (broker.exitCode === null && broker.signalCode === null) broker.kill(signal);
    await Promise.race([ended, sleep(longest, undefined, { ref: false })]);
    if (broker.exitCode === null && broker.signalCode === null) broker.kill('SIGKILL');
    await ended;
    rmSync(join(dir, 'broker.pid'), { force: true });
  };
  try {
    await untilReady(broker, { ...options, port });
  } catch (error) {
    await end('SIGKILL');
    throw new Error(`Kafka does not start: ${String(error)}. Its output is in ${join(dir, 'broker.log')}.`, { cause: error });
  }
  return {
    brokers: `127.0.0.1:${options.advertisedPort ?? port}`,
    port,
    pid,
    stop: longest => end('SIGTERM', longest),
    kill: () => end('SIGKILL'),
  };
}

function writeConfiguration(
  dir: string,
  ports: {
    port: number;
    advertisedPort: number;
    controllerPort: number;
    doors: readonly KafkaDoor[];
    secure: SecureListeners | undefined;
  },
): void {
  const doors = [
    ...ports.doors.map((door, index) => ({ ...door, name: `DOOR${index + 1}`, protocol: 'PLAINTEXT' })),
    ...secureDoors(ports.secure),
  ];
  const listed = (own: string, portOf: (door: KafkaDoor) => number) =>
    [own, ...doors.map(door => `${door.name}://127.0.0.1:${portOf(door)}`)].join(',');
  writeFileSync(
    join(dir, 'server.properties'),
    `process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:${ports.controllerPort}
controller.listener.names=CONTROLLER
listeners=${listed(`PLAINTEXT://127.0.0.1:${ports.port},CONTROLLER://127.0.0.1:${ports.controllerPort}`, door => door.port)}
advertised.listeners=${listed(`PLAINTEXT://127.0.0.1:${ports.advertisedPort},CONTROLLER://127.0.0.1:${ports.controllerPort}`, door => door.advertisedPort)}
listener.security.protocol.map=${['PLAINTEXT:PLAINTEXT', 'CONTROLLER:PLAINTEXT', ...doors.map(({ name, protocol }) => `${name}:${protocol}`)].join(',')}
inter.broker.listener.name=PLAINTEXT
log.dirs=${join(dir, 'data')}
auto.create.topics.enable=false
default.replication.factor=1
min.insync.replicas=1
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
num.network.threads=1
num.io.threads=2
num.replica.fetchers=1
log.cleaner.dedupe.buffer.size=2097152
# A broker that was killed and is back sooner than its old lease ends is refused; the default is 9 seconds.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
${secureSettings(dir, ports.secure)}`,
  );
  writeFileSync(
    join(dir, 'log4j2.properties'),
    `rootLogger.level=warn
rootLogger.appenderRef.console.ref=console
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{ISO8601} %p %c{1}: %m%n
`,
  );
}

async function format(dir: string, classPath: string, users: string[]): Promise<void> {
  let cluster: string;
  do cluster = randomBytes(16).toString('base64url');
  while (cluster.startsWith('-'));
  const tool = ['kafka.tools.StorageTool', 'format', '--standalone', '-t', cluster, '-c', join(dir, 'server.properties'), ...users];
  const code = await new Promise<number | null>((done, failed) =>
    launch(dir, ['-cp', classPath], tool).once('error', failed).once('exit', done),
  );
  if (code !== 0) throw new Error(`Kafka's storage cannot be formatted, see ${join(dir, 'broker.log')}`);
}

// In its own session: Ctrl-C in the terminal must not reach the broker before its clients have stopped.
function launch(dir: string, machine: string[], command: string[]): ChildProcess {
  const log = openSync(join(dir, 'broker.log'), 'a');
  const options = [
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-XX:-UsePerfData',
    `-Dlog4j2.configurationFile=file:${join(dir, 'log4j2.properties')}`,
  ];
  const child = spawn(java, [...options, ...machine, ...command], { cwd: dir, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  return child;
}

async function untilReady(
  broker: ChildProcess,
  { port, advertisedPort = port, signal }: { port: number; advertisedPort?: number; signal?: AbortSignal },
): Promise<void> {
  // Behind a proxy that may not be up yet, an open port must suffice.
  const direct = advertisedPort === port;
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(100)) {
    signal?.throwIfAborted();
    if (broker.exitCode !== null || broker.signalCode !== null) throw new Error('it ended at once');
    if (direct ? await answersClients(port) : !(await isFree(port))) return;
  }
  throw new Error('no answer for 60 seconds');
}

async function answersClients(port: number): Promise<boolean> {
  if (await isFree(port)) return false;
  const admin = new kafkajs.Kafka({ brokers: [`127.0.0.1:${port}`], logLevel: kafkajs.logLevel.NOTHING, retry: { retries: 0 } }).admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length === 1;
  } catch {
    return false;
  } finally {
    await admin.disconnect();
  }
}

async function endLeftOver(dir: string): Promise<void> {
  const file = join(dir, 'broker.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8'));
  for (let tries = 0; isOurs(pid, dir); tries++) {
    process.kill(pid, tries < 50 ? 'SIGTERM' : 'SIGKILL');
    await sleep(100);
  }
  rmSync(file, { force: true });
}

function isOurs(pid: number, dir: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(join(dir, 'server.properties'));
  } catch {
    return false;
  }
}
