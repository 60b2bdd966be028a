import { randomUUID } from 'node:crypto';
import { things, type ThingKind } from '@ciep/contracts';
import type { TestService } from './start-service.js';

/**
 * The label of a thing that its owner answers to another service, in the shape that `things` of the contracts declares; undefined
 * when the owner does not know the thing. Throws when the owner answers a caller that is not a service.
 */
export async function labelOf(service: TestService, kind: ThingKind, id: string): Promise<object | undefined> {
  const ask = async (headers: Record<string, string>) => fetch(`${service.url}/internal/${things[kind].path}/${id}`, { headers });
  const as = async (caller: Parameters<TestService['token']>[0]) => ask({ authorization: `Bearer ${await service.token(caller)}` });
  const organisationId = randomUUID();
  const refused = [
    await ask({}),
    await as({ roles: ['platform_admin'], organisationId }),
    await as({ kind: 'service', roles: ['service'], scopes: [] }),
  ].map(({ status }) => status);
  if (refused.join() !== '401,403,403') throw new Error(`callers that are not services get ${refused.join()}`);
  const answer = await as({ kind: 'service', roles: ['service'], scopes: ['internal:read'] });
  if (answer.status === 404) return undefined;
  return things[kind].answer.strict().parse(await answer.json());
}
