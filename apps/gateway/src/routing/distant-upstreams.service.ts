import type { OpenAPIObject } from '@nestjs/swagger';
import { type Upstream, Upstreams } from './upstreams.service.js';

const timeoutMs = 2_000;
const documentKeptMs = 60_000;

const ask = async (url: string): Promise<Response> => {
  const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer;
};

/** Whether the instance at an origin reports that it is ready. */
export const isReadyAt = (url: string): Promise<boolean> =>
  ask(`${url}/health/ready`).then(
    async answer => {
      await answer.body?.cancel();
      return true;
    },
    () => false,
  );

/** A service in other processes. Its document is fetched on demand and cached for a minute. */
export function distantUpstream(name: string, urls: readonly string[]): Upstream {
  let kept: { at: number; document: Promise<OpenAPIObject> } | undefined;
  const fetched = async (): Promise<OpenAPIObject> => {
    const answer = await Promise.any(urls.map(url => ask(`${url}/internal/openapi.json`)));
    return (await answer.json()) as OpenAPIObject;
  };
  return {
    name,
    urls,
    document() {
      if (kept && Date.now() - kept.at < documentKeptMs) return kept.document;
      const asked = { at: Date.now(), document: fetched() };
      kept = asked;
      asked.document.catch(() => {
        if (kept === asked) kept = undefined;
      });
      return asked.document;
    },
    ready: async () => (await Promise.all(urls.map(isReadyAt))).includes(true),
  };
}

/** The services in the setting `GATEWAY_UPSTREAMS`. */
export class DistantUpstreams extends Upstreams {
  private readonly upstreams: readonly Upstream[];

  constructor(addresses: ReadonlyMap<string, readonly string[]>) {
    super();
    this.upstreams = [...addresses].map(([name, urls]) => distantUpstream(name, urls));
  }

  all(): readonly Upstream[] {
    return this.upstreams;
  }
}
