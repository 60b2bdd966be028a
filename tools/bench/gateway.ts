import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../libs/platform/src/network/free-port.js';
import { wideLimits } from '../services/wide-limits.js';
import { type Line, median, type Part, spread } from './part.js';
import { only, press } from './press.js';
import { cpuSecondsOf, familyOf } from './processes.js';

const root = join(import.meta.dirname, '../..');
const rounds = 5;
const secondsARound = 1.5;
const connections = 32;
const path = '/v1/exhibition/booths';

/** A route to the stand-in: direct, or through a proxy. */
export interface Way {
  readonly name: string;
  readonly url: string;
  readonly process: ChildProcess;
  readonly perSecond: number[];
  /** CPU milliseconds of its processes per request. */
  readonly cpu: number[];
}

const way = (name: string, url: string, process: ChildProcess): Way => ({ name, url, process, perSecond: [], cpu: [] });

/** Starts one of the small programs in this folder, which prints its address. */
export async function program(name: string, file: string, ...args: string[]): Promise<Way> {
  const flags = ['--conditions=@ciep/source', '--import', join(root, 'tools/ts.mjs')];
  const child = spawn(process.execPath, [...flags, join(import.meta.dirname, file), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [url] = (await once(child, 'message')) as [string];
  return way(name, url, child);
}

export async function answering({ url, process, name }: Way, asked = path): Promise<void> {
  for (const end = Date.now() + 30_000; ; await sleep(50)) {
    if (await fetch(`${url}${asked}`).then(answer => answer.ok, () => false)) return; // prettier-ignore
    if (process.exitCode !== null || Date.now() > end) throw new Error(`${name} does not start`);
  }
}

/** The built gateway as a service, with the log level of the others. */
export async function gatewayBefore(upstream: string): Promise<Way> {
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', join(root, 'apps/gateway')]);
  const port = await freePort();
  const env = {
    ...wideLimits,
    CIEP_PROFILE: 'development',
    CIEP_LOG_LEVEL: 'error',
    GATEWAY_UPSTREAMS: `exhibition=${upstream}`,
    PORT: String(port),
  };
  const child = spawn(process.execPath, ['--enable-source-maps', join(root, 'apps/gateway/dist/main.js')], { env, stdio: 'inherit' });
  return way('the gateway', `http://127.0.0.1:${port}`, child);
}

/** nginx as a plain proxy with keep-alive and without log; undefined if it is not installed. */
async function nginxBefore(upstream: string, folder: string): Promise<Way | undefined> {
  const binary = [process.env['CIEP_BENCH_NGINX'], '/usr/sbin/nginx'].find(file => file !== undefined && existsSync(file));
  if (binary === undefined) return undefined;
  const port = await freePort();
  const configuration = join(folder, 'nginx.conf');
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(name => `${name}_temp_path ${folder}/${name};`).join(' ');
  writeFileSync(
    configuration,
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr error;
events { worker_connections 1024; }
http {
  access_log off; ${paths}
  upstream service { server ${new URL(upstream).host}; keepalive 32; }
  server {
    listen 127.0.0.1:${port};
    keepalive_requests 1000000;
    location / { proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }
}
`,
  );
  const child = spawn(binary, ['-p', folder, '-e', 'stderr', '-c', configuration], { stdio: 'inherit' });
  return way('nginx', `http://127.0.0.1:${port}`, child);
}

async function measured({ url, process, perSecond, cpu }: Way, seconds = secondsARound): Promise<void> {
  const pids = familyOf(process.pid ?? 0);
  const before = cpuSecondsOf(pids);
  const pressed = only(200, await press(url, () => ({ path }), { connections, seconds }));
  perSecond.push(pressed.perSecond);
  cpu.push(((cpuSecondsOf(pids) - before) * 1_000) / pressed.answers);
}

function compared([direct, gateway, plain, nginx]: readonly [Way, Way, Way, Way | undefined]): Line[] {
  const ratios = (one: readonly number[], other: readonly number[]) => one.map((each, index) => each / (other[index] ?? NaN));
  const faster = ratios(gateway.perSecond, plain.perSecond);
  const dearer = ratios(gateway.cpu, nginx?.cpu ?? []);
  const rate = ({ name, perSecond, cpu }: Way) => `${name} ${spread(perSecond, 0)} a second at ${spread(cpu, 3)} ms`;
  return [
    {
      what: `Gateway as a service before a stand-in that answers 20 kB at once, ${connections} connections, against @fastify/http-proxy`,
      goal: '≥ 1.2 times as many a second',
      reached: `${spread(faster)}: ${[gateway, plain, direct].map(rate).join(', ')} of CPU for each request`,
      isMet: median(faster) >= 1.2,
    },
    nginx === undefined
      ? {
          what: 'CPU time for each request, against nginx',
          goal: '≤ 2 times',
          reached: 'left out: nginx is not installed (Debian: apt-get install nginx-light)',
        }
      : {
          what: 'CPU time for each request, against nginx as a plain proxy',
          goal: '≤ 2 times',
          reached: `${spread(dearer)} times: ${spread(gateway.cpu, 3)} against ${spread(nginx.cpu, 3)} ms; nginx ${spread(nginx.perSecond, 0)} a second`,
          isMet: median(dearer) <= 2,
        },
  ];
}

/** The cost of the gateway as a separate process, compared with the plainest proxies, in front of an upstream that costs almost nothing. */
export const gateway: Part = {
  name: 'gateway',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'ciep-bench-gateway-'));
    const ways: Way[] = [];
    const started = async <W extends Way | undefined>(starting: Promise<W>): Promise<W> => {
      const one = await starting;
      if (one) ways.push(one);
      return one;
    };
    try {
      const direct = await started(program('direct', 'stand-in.ts'));
      const ours = await started(gatewayBefore(direct.url));
      const plain = await started(program('@fastify/http-proxy', 'plain-proxy.ts', direct.url));
      const nginx = await started(nginxBefore(direct.url, folder));
      for (const one of ways) await answering(one);
      for (const one of ways) await measured({ ...one, perSecond: [], cpu: [] }, 2 * secondsARound);
      // Alternating, in changing order, because later runs find the machine warmer.
      for (let round = 0; round < rounds; round += 1) {
        for (const one of [...ways.slice(round % ways.length), ...ways.slice(0, round % ways.length)]) await measured(one);
      }
      return compared([direct, ours, plain, nginx]);
    } finally {
      for (const { process } of ways) process.kill('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
