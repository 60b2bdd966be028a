import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const pom = join(import.meta.dirname, 'pom.xml');
const cache = join(import.meta.dirname, '../../.cache/kafka');

/** The `java` to run: that of JAVA_HOME if it is set. */
export const java = process.env['JAVA_HOME'] ? join(process.env['JAVA_HOME'], 'bin/java') : 'java';

/** What this machine lacks to run its own broker: some of 'Java 17' and 'Maven' (needed once, to fetch the jars). */
export function missingForKafka(): string[] {
  const missing: string[] = [];
  if (javaVersion() < 17) missing.push('Java 17');
  if (!existsSync(jarFolder()) && !answers('mvn', '--version')) missing.push('Maven');
  return missing;
}

/** Class path of the broker (a download of 45 MB the first time). */
export const brokerClassPath = (): Promise<string> => classPathOf(pom, cache);

/** Class path of a pom.xml; Maven fetches the jars once into an ignored folder of .cache. */
export async function classPathOf(names: string, store: string): Promise<string> {
  const folder = jarFolder(names, store);
  if (!existsSync(folder)) {
    // Renamed only when complete, so that an interrupted download starts over.
    const draft = `${folder}.${process.pid}`;
    mkdirSync(store, { recursive: true });
    try {
      await promisify(execFile)('mvn', ['-B', '-q', '-f', names, 'dependency:copy-dependencies', `-DoutputDirectory=${draft}`]);
      if (!existsSync(folder)) renameSync(draft, folder);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  return join(folder, '*');
}

function jarFolder(names = pom, store = cache): string {
  return join(store, createHash('sha256').update(readFileSync(names)).digest('hex').slice(0, 12));
}

function javaVersion(): number {
  try {
    // "17.0.15", and "1.8.0" before version 9
    return Number(/version "(\d+)/.exec(execFileSync('sh', ['-c', '"$0" -version 2>&1', java], { encoding: 'utf8' }))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function answers(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
