import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../libs/platform/src/network/free-port.js';
import { classPathOf, java } from '../kafka/jars.js';

/** A running S3-compatible server with one bucket. */
export interface S3Server {
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The folder with the objects of the bucket. */
  readonly folder: string;
  stop(): Promise<void>;
}

/**
 * Starts S3Proxy on 127.0.0.1 with data and log in `dir`, and waits until it answers. It verifies signatures. Needs Java 17 and, the first
 * time on this checkout, Maven.
 */
export async function startS3(dir: string): Promise<S3Server> {
  const classPath = await classPathOf(join(import.meta.dirname, 'pom.xml'), join(import.meta.dirname, '../../.cache/s3'));
  const [bucket, accessKeyId, secretAccessKey] = ['ciep-files', 'ciep', 'the-secret-of-the-test'];
  const folder = join(dir, 'objects', bucket);
  mkdirSync(folder, { recursive: true });
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  const properties = {
    's3proxy.endpoint': endpoint,
    's3proxy.authorization': 'aws-v4',
    's3proxy.identity': accessKeyId,
    's3proxy.credential': secretAccessKey,
    'jclouds.provider': 'filesystem-nio2',
    'jclouds.filesystem.basedir': join(dir, 'objects'),
  };
  const file = join(dir, 's3proxy.properties');
  writeFileSync(file, Object.entries(properties).map(([key, value]) => `${key}=${value}\n`).join('')); // prettier-ignore
  const log = openSync(join(dir, 's3proxy.log'), 'a');
  const args = ['-Xmx256m', '-DLOG_LEVEL=warn', '-cp', classPath, 'org.gaul.s3proxy.Main', '--properties', file];
  const server = spawn(java, args, { stdio: ['ignore', log, log] });
  closeSync(log);
  const ended = new Promise<void>(done => server.once('exit', () => done()));
  const stop = async () => {
    server.kill('SIGKILL');
    await ended;
  };
  for (const end = Date.now() + 150_000; !(await answers(endpoint)); await sleep(100)) {
    if (server.exitCode === null && Date.now() < end) continue;
    await stop();
    throw new Error(`the S3 server does not start; its output is in ${join(dir, 's3proxy.log')}`);
  }
  return { endpoint, bucket, accessKeyId, secretAccessKey, folder, stop };
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );
