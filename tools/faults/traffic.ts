// Organisations, portals, organizers and finance clerks who play the booking story concurrently until they are stopped.
import { setTimeout as sleep } from 'node:timers/promises';
import { demoPassword, demoSecretOf } from '@ciep/identity';
import { clientToken, logIn, renewed, type Tokens } from '../tour/log-in.js';
import { Story } from '../tour/story.js';
import type { WebhookReceiver } from '../tour/webhook-receiver.js';
import { Client } from './client.js';
import type { History } from './history.js';
import { Exhibitor, type Desk } from './actors/exhibitor.js';
import { offices } from './actors/offices.js';

/** Regions that take part, of several boards. */
const regions = ['210000', '220000', '310000', '440000'] as const;

export interface TrafficOptions {
  readonly url: string;
  readonly history: History;
  /** Organisations that apply, each in its own loop. */
  readonly exhibitors: number;
  /** The webhook receiver and its URL. */
  readonly receiver: WebhookReceiver;
  readonly webhookUrl: string;
}

/** The people of the traffic, registered and logged in; `run` lets them work until the signal. */
export interface Traffic {
  run(signal: AbortSignal): Promise<void>;
  /** A person (`exhibitor-1`, `shenzhen`, `finance`, `portal-210000`) with a client of their own. */
  client(who: string, persistent?: boolean, signal?: AbortSignal): Client;
}

/** Registers the organisations over the public API, which must work at this time, and sets up the webhook. */
export async function prepareTraffic({ url, history, exhibitors, receiver, webhookUrl }: TrafficOptions): Promise<Traffic> {
  const story = new Story(url);
  const tokens = new Map<string, () => Promise<Tokens>>();
  for (const login of ['shenzhen', 'finance']) tokens.set(login, () => logIn(url, `${login}@demo.ciep.example`, demoPassword));
  for (const region of regions) {
    const id = `portal-${region}`;
    tokens.set(id, () => clientToken(url, id, demoSecretOf(id)));
  }
  const cast: { name: string; region: string }[] = [];
  await Promise.all(
    Array.from({ length: exhibitors }, async (_, index) => {
      const region = regions[index % regions.length] ?? regions[0];
      const { registrant } = await story.register(region, 'en');
      const name = `exhibitor-${index + 1}`;
      tokens.set(name, () => logIn(url, registrant.mail, registrant.password));
      cast.push({ name, region });
    }),
  );
  const places = new Map<string, Awaited<ReturnType<Story['lookAround']>>>();
  for (const region of regions) places.set(region, await story.lookAround(region));
  await setUpWebhook(story, webhookUrl, receiver);

  const fresh = new Map([...tokens].map(([who, get]) => [who, renewed(get)]));
  const clientOf = (who: string, persistent = false, signal = new AbortController().signal) => {
    const get = fresh.get(who);
    return new Client({ url, history, name: who, persistent, signal, ...(get && { token: retried(get, signal) }) });
  };
  return {
    client: clientOf,
    async run(signal) {
      const client = (who: string, persistent: boolean) => clientOf(who, persistent, signal);
      const loops = cast.map(({ name, region }, index) => {
        // Every second one is persistent, and so are the people who serve them.
        const persistent = index % 2 === 0;
        const desk: Desk = {
          own: client(name, persistent),
          portal: client(`portal-${region}`, persistent),
          organizer: client('shenzhen', persistent),
          finance: client('finance', persistent),
        };
        const { editionId, boardId, booths } = places.get(region) ?? { editionId: '', boardId: '', booths: [] };
        const exhibitor = new Exhibitor(desk, { editionId, boardId, regionCode: region, boothIds: booths.map(({ id }) => id) });
        return () => exhibitor.turn(signal);
      });
      await Promise.all([...loops, ...offices(client, { url })].map(turn => untilAborted(signal, turn)));
      history.flush();
    },
  };
}

async function untilAborted(signal: AbortSignal, turn: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await turn();
    await sleep(50 + Math.random() * 100);
  }
}

/** One token request at a time, as many as needed. */
function retried(get: () => Promise<string>, signal: AbortSignal): () => Promise<string> {
  let asked: Promise<string> | undefined;
  const ask = async (): Promise<string> => {
    for (;;) {
      try {
        return await get();
      } catch (error) {
        if (signal.aborted) throw error;
        await sleep(300);
      }
    }
  };
  return () => (asked ??= ask().finally(() => (asked = undefined)));
}

async function setUpWebhook(story: Story, url: string, receiver: WebhookReceiver): Promise<void> {
  const { body: types } = await story.shenzhen.get<{ items: { type: string }[] }>('/v1/notification/webhook-event-types');
  const { body } = await story.shenzhen.post<{ secret: string }>('/v1/notification/webhooks', {
    url,
    eventTypes: types.items.map(({ type }) => type),
  });
  receiver.trust(body.secret);
}
