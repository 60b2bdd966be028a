import { createHash } from 'node:crypto';
import { DomainError } from '@ciep/kernel';
import type { Tx } from '../database/database.js';
import { HttpRefusal } from './refusal.js';
import type { EdgeRequest, WriteOptions } from './route.js';

/** An answer as it is kept for repetitions. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | null;
}

/** The same key with another body. */
class KeyReused extends DomainError {
  constructor() {
    super('invalid', 'idempotency.key_reused', {
      zh: '此 Idempotency-Key 已用于内容不同的请求。',
      en: 'This Idempotency-Key was used for another body.',
    });
  }
}

/** The twin with the same key is still at work. */
export const stillRunning = (): HttpRefusal =>
  new HttpRefusal({
    status: 409,
    code: 'idempotency.in_progress',
    text: { zh: '相同 Idempotency-Key 的请求仍在处理。', en: 'A request with the same Idempotency-Key is still being worked on.' },
    headers: { 'retry-after': '1' },
  });

/** Identity of an action: who, where, which key, and a digest of what. */
export interface ActionKey {
  readonly principal: string;
  readonly route: string;
  readonly key: string;
  readonly bodyHash: Buffer;
}

/** An object without the fields that are kept nowhere, not even as a digest: a password could be guessed from one. */
export const withoutSecrets = (value: unknown, secretFields: readonly string[]): unknown =>
  secretFields.length > 0 && typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).filter(([field]) => !secretFields.includes(field)))
    : value;

/** Reads `Idempotency-Key`, bare or quoted. Throws 400 when it is required and missing, or not 16 to 128 printable characters. */
export function actionKeyOf(request: EdgeRequest, { key, secretFields = [] }: WriteOptions): ActionKey | undefined {
  const required = key === 'required';
  const header = request.headers['idempotency-key'];
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
  const { principal } = request;
  return {
    principal: principal ? `${principal.kind}:${principal.id}` : 'anonymous',
    route: `${request.method} ${request.url.split('?')[0] ?? ''}`,
    key: given,
    bodyHash: createHash('sha256')
      .update(JSON.stringify([withoutSecrets(request.body ?? null, secretFields), request.headers['if-match'] ?? null]))
      .digest(),
  };
}

/**
 * Takes the key for this transaction: a running twin is waited for (at most the lock time-out). Answers undefined when the
 * action is ours to do, or the answer that was kept. Throws 422 `idempotency.key_reused`.
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

/** Keeps the answer beside its effect, in the same transaction. */
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
