import { createHash } from 'node:crypto';
import { DomainError } from '@ciep/kernel';
import type { Tx } from '../database/database.js';
import { HttpRefusal } from './refusal.js';
import type { EdgeRequest, WriteOptions } from './route.js';

/** An answer as it is stored for repeated requests. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | null;
}

/** The same key came with another body. */
class KeyReused extends DomainError {
  constructor() {
    super('invalid', 'idempotency.key_reused', {
      zh: '此 Idempotency-Key 已用于内容不同的请求。',
      en: 'This Idempotency-Key was used for another body.',
    });
  }
}

/** Another request with the same key is still running. */
export const stillRunning = (): HttpRefusal =>
  new HttpRefusal({
    status: 409,
    code: 'idempotency.in_progress',
    text: { zh: '相同 Idempotency-Key 的请求仍在处理。', en: 'A request with the same Idempotency-Key is still being worked on.' },
    headers: { 'retry-after': '1' },
  });

/** Identity of an action: caller, route, key, and a digest of the body. */
export interface ActionKey {
  readonly principal: string;
  readonly route: string;
  readonly key: string;
  readonly bodyHash: Buffer;
}

/**
 * Digests a request body that contains a secret, such as a password, which could be guessed from a plain digest. The key is not in
 * plain text in the database. A service with such bodies provides it.
 */
export abstract class SecretDigest {
  /** The keyed digest of a text. */
  abstract of(text: string): Promise<Buffer>;
}

/** An answer without the fields that are shown once. */
export const withoutSecrets = (value: unknown, secretFields: readonly string[]): unknown =>
  secretFields.length > 0 && typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).filter(([field]) => !secretFields.includes(field)))
    : value;

/** Reads `Idempotency-Key`, with or without quotes. Throws 400 when it is required and missing, or not 16 to 128 visible characters. */
export function keyIn({ headers }: Pick<EdgeRequest, 'headers'>, required = false): string | undefined {
  const header = headers['idempotency-key'];
  const given = (Array.isArray(header) ? header[0] : header)?.trim().replace(/^"(.*)"$/, '$1');
  if (given === undefined && !required) return undefined;
  if (given === undefined) {
    throw new HttpRefusal({
      status: 400,
      code: 'idempotency.key_required',
      text: { zh: '此操作必须带 Idempotency-Key。', en: 'This action needs an Idempotency-Key.' },
    });
  }
  if (!/^[\x21-\x7e]{16,128}$/.test(given)) {
    throw new HttpRefusal({
      status: 400,
      code: 'idempotency.key_malformed',
      text: { zh: 'Idempotency-Key 应为 16 至 128 个可见字符。', en: 'An Idempotency-Key has 16 to 128 visible characters.' },
    });
  }
  return given;
}

/** The action of a request with a key. Throws as {@link keyIn}. */
export async function actionKeyOf(
  request: EdgeRequest,
  { key, secretBody = false }: WriteOptions,
  secretDigest: () => SecretDigest,
): Promise<ActionKey | undefined> {
  const given = keyIn(request, key === 'required');
  if (given === undefined) return undefined;
  const { principal } = request;
  const text = JSON.stringify([request.body ?? null, request.headers['if-match'] ?? null]);
  return {
    principal: principal ? `${principal.kind}:${principal.id}` : 'anonymous',
    route: `${request.method} ${request.url.split('?')[0] ?? ''}`,
    key: given,
    bodyHash: secretBody ? await secretDigest().of(text) : createHash('sha256').update(text).digest(),
  };
}

/**
 * Claims the key in this transaction and waits for another one with the same key, at most for the lock time-out. Returns the stored
 * answer, or undefined when this request has to run the action. Throws 422 `idempotency.key_reused`.
 */
export async function takeKey(tx: Tx, { principal, route, key, bodyHash }: ActionKey): Promise<KeptAnswer | undefined> {
  const taken = await tx.query<unknown[]>(
    'INSERT INTO idempotency_keys (principal, route, key, body_hash) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING 1',
    [principal, route, key, bodyHash],
  );
  if (taken.length > 0) return undefined;
  const [kept] = await tx.query<(KeptAnswer & { body_hash: Buffer })[]>(
    'SELECT body_hash, status, headers, body FROM idempotency_keys WHERE principal = $1 AND route = $2 AND key = $3',
    [principal, route, key],
  );
  if (!kept) throw stillRunning();
  if (!kept.body_hash.equals(bodyHash)) throw new KeyReused();
  return kept;
}

/** Stores the answer in the transaction of its effect. */
export async function keepAnswer(tx: Tx, { principal, route, key }: ActionKey, { status, headers, body }: KeptAnswer): Promise<void> {
  await tx.query('UPDATE idempotency_keys SET status = $4, headers = $5, body = $6 WHERE principal = $1 AND route = $2 AND key = $3', [
    principal,
    route,
    key,
    status,
    JSON.stringify(headers),
    body,
  ]);
}
