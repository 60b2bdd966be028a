import { newId, type IntegrationEvent } from '@ciep/kernel';
import { currentContext } from '../context/request-context.js';

/** A column with what it held and holds; JSON by its content. */
export interface Change {
  readonly column: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** The audit entry of one change: who did what to which row, with the columns before and after; confidential ones without values. */
export function auditEntry(
  now: Date,
  aggregateType: string,
  events: readonly IntegrationEvent[],
  changes: readonly Change[],
  confidential: readonly string[],
) {
  const context = currentContext();
  const shown = ({ column, before, after }: Change) =>
    confidential.includes(column) ? [column, { changed: true }] : [column, { before: before ?? null, after: after ?? null }];
  return {
    id: newId(),
    at: now.toISOString(),
    actor_kind: context?.actor?.kind ?? 'system',
    actor_id: context?.actor?.id ?? null,
    client_id: context?.actor?.clientId ?? null,
    organisation_id: context?.actor?.organisationId ?? null,
    action: context?.action ?? events[0]?.type ?? 'start-up',
    aggregate_type: aggregateType,
    changes: Object.fromEntries(changes.map(shown)) as Record<string, unknown>,
    request_id: context?.requestId ?? null,
  };
}
