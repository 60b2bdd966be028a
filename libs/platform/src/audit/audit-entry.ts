import { newId, type Fact } from '@ciep/kernel';
import { currentContext } from '../context/request-context.js';

interface Change {
  readonly column: string;
  readonly before: unknown;
  readonly after: unknown;
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

/** Columns of JSON arrive as text of text: the trail shows what they mean. */
const readable = (value: unknown): unknown => {
  const once = typeof value === 'string' ? parsed(value) : (value ?? null);
  return typeof once === 'string' && /^[[{]/.test(once) ? parsed(once) : once;
};

/** The audit entry of one change: who did what to which row, with the columns before and after; confidential ones without values. */
export function auditEntry(
  now: Date,
  aggregateType: string,
  facts: readonly Fact[],
  changes: readonly Change[],
  confidential: readonly string[],
) {
  const context = currentContext();
  const shown = ({ column, before, after }: Change) =>
    confidential.includes(column) ? [column, { changed: true }] : [column, { before: readable(before), after: readable(after) }];
  return {
    id: newId(),
    at: now.toISOString(),
    actor_kind: context?.actor?.kind ?? 'system',
    actor_id: context?.actor?.id ?? null,
    client_id: context?.actor?.clientId ?? null,
    organisation_id: context?.actor?.organisationId ?? null,
    action: context?.action ?? facts[0]?.type ?? 'start-up',
    aggregate_type: aggregateType,
    changes: Object.fromEntries(changes.map(shown)) as Record<string, unknown>,
    request_id: context?.requestId ?? null,
  };
}
