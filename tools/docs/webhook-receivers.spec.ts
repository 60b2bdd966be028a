import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { applicationApproved } from '@ciep/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { notification } from '../../apps/notification/src/notification.module.js';
import { freePort } from '../../libs/platform/src/network/free-port.js';
import { eventually } from '../../libs/testing/src/eventually.js';
import { copyOf, oldEvents } from '../../libs/testing/src/old-events.js';
import { startService, type TestService } from '../../libs/testing/src/start-service.js';
import { PythonMissing, pythonWith } from './python.js';

const guide = readFileSync('docs/api-guide.md', 'utf8');

/** The only sample of the guide in a language. */
function sampleIn(language: string): string {
  const [sample, ...others] = [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, code = '']) => code);
  if (sample === undefined || others.length > 0) throw new Error(`the guide does not have one sample in ${language}`);
  return sample;
}

/** The packages that a sample says how to install. */
const packagesOf = (sample: string): string[] => /install (.+)/.exec(sample)?.[1]?.split(' ') ?? [];

const receivers = [
  ['Node', 'js', (sample: string) => [process.execPath, '--input-type=module', '-e', sample]],
  ['Python', 'python', (sample: string) => [pythonWith(packagesOf(sample)), '-c', sample]],
] as const;

let service: TestService;
const ports = new Map<string, number>();
const started: ChildProcess[] = [];

beforeAll(async () => {
  for (const [name] of receivers) ports.set(name, await freePort());
  service = await startService(notification, {
    settings: {
      NOTIFICATION_CLIENT_SECRET: 'secret-of-notification',
      ...Object.fromEntries(['IDENTITY', 'EXHIBITION', 'BILLING'].map(owner => [`${owner}_URL`, 'http://127.0.0.1:9'])),
      NOTIFICATION_WEBHOOK_ALLOW: [...ports.values()].map(port => `127.0.0.1:${port}`).join(','),
      CIEP_ISSUER: 'https://api.ciep.example/oidc',
    },
  });
});

afterAll(async () => {
  for (const receiver of started)
    if (receiver.exitCode === null) {
      receiver.kill();
      await once(receiver, 'exit');
    }
});

/** A receiver as the guide shows it, and the lines that it prints. */
async function start(command: readonly string[], port: number, secret: string): Promise<string[]> {
  const [program = '', ...args] = command;
  const receiver = spawn(program, args, {
    env: { ...process.env, PORT: String(port), WEBHOOK_SECRET: secret },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(receiver);
  const lines: string[] = [];
  receiver.stdout.on('data', (part: Buffer) => lines.push(...part.toString().split('\n').filter(Boolean)));
  await eventually(() => fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: 'no event' }));
  return lines;
}

describe('the receivers of webhooks in the API guide', () => {
  it.each(receivers)('read a delivery with the SDK of CloudEvents: %s', async (name, language, commandOf) => {
    const port = ports.get(name) ?? 0;
    const url = `http://127.0.0.1:${port}/ciep`;
    const organizer = service.as({ roles: ['shenzhen_working_group'], organisationId: '01860000-0000-7000-8000-00000000000a' });
    const { body: webhook } = await organizer.post('/v1/notification/webhooks', { url, eventTypes: [applicationApproved.type] });
    const lines = await start(commandOf(sampleIn(language)), port, webhook.secret);

    const old = oldEvents().find(({ type }) => type === applicationApproved.type);
    if (!old) throw new Error('there is no golden event');
    const event = copyOf(old, 7);
    await service.replay(event);
    await service.runJobs();
    await eventually(() => expect(lines).toHaveLength(1));
    const { time, data, ...read } = JSON.parse(lines[0] ?? '') as Record<string, string>;
    expect(read).toEqual({
      specversion: '1.0',
      ...{ id: event.id, source: '/exhibition', type: event.type, subject: event.subject },
      datacontenttype: 'application/json',
      dataschema: 'https://api.ciep.example/schemas/webhooks/ciep.exhibition.application.approved.v1.json',
      aggregateversion: 7,
      correlationid: event.correlationid,
      traceparent: event.traceparent,
    });
    expect(new Date(time ?? '').toISOString()).toBe(event.time);
    const sent = Object.entries(event.data as Record<string, string>).filter(([field]) => field.endsWith('Id'));
    expect(data).toEqual(Object.fromEntries(sent));

    // The same again is answered, and not handled twice; a forged one is refused.
    const path = `/v1/notification/webhooks/${webhook.id}/deliveries`;
    const { body: log } = await organizer.get(path);
    await organizer.post(`${path}/${log.items[0].id}/redeliver`);
    await service.runJobs();
    expect((await organizer.get(path)).body.items).toMatchObject([{ status: 'delivered', responseStatus: 204 }]);
    const headers = {
      'content-type': 'application/cloudevents+json',
      'webhook-id': event.id,
      'webhook-timestamp': '1',
      'webhook-signature': 'v1,AAAA',
    };
    expect((await fetch(url, { method: 'POST', headers, body: JSON.stringify(event) })).status).toBe(400);
    expect(lines).toHaveLength(1);
  });

  it('name the versions that are tested', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>;
    const tested = { ...dependencies, ...devDependencies };
    const named = packagesOf(sampleIn('js'));
    expect(named).toEqual(['cloudevents', 'standardwebhooks'].map(name => `${name}@${tested[name]}`));
    expect(packagesOf(sampleIn('python'))).toEqual([
      expect.stringMatching(/^cloudevents==\d+[.]\d+[.]\d+$/),
      expect.stringMatching(/^standardwebhooks==\d+[.]\d+[.]\d+$/),
    ]);
  });

  it('say in one line what to install without Python, or without its venv', () => {
    for (const python of ['no-such-python', 'false']) expect(() => pythonWith([], python)).toThrow(new PythonMissing());
    expect(new PythonMissing().message).toBe('This test needs Python 3.10 or newer with venv: apt-get install python3-venv');
  });
});
