import { newId } from '@ciep/kernel';
import type { RequestContext } from '../context/request-context.js';
import { jobDuration } from '../metrics/metrics.js';
import { startSpan } from '../tracing/tracing.js';

/** A row that is due. One that was written on behalf of a request or fact may keep its `traceparent`: the work then belongs to that trace. */
export interface DueRow {
  readonly id: string;
  readonly traceparent?: string | null;
}

/** The work on one row of a job. */
export interface ObservedRow {
  readonly context: RequestContext;
  end(outcome: 'done' | 'failed', error?: unknown): void;
}

/** Begins the work on a row. */
export function observeRow(service: string, job: string, { id: row, traceparent }: DueRow): ObservedRow {
  const begun = performance.now();
  const parent = traceparent ?? undefined;
  const span = startSpan({
    service,
    name: job,
    kind: parent === undefined ? 'internal' : 'consumer',
    parent,
    attributes: { 'ciep.row': row },
  });
  const id = newId();
  return {
    context: { service, requestId: id, traceparent: span.traceparent, action: job, correlationId: id },
    end(outcome, error) {
      jobDuration.observe({ service, job, outcome }, (performance.now() - begun) / 1_000);
      span.end(error);
    },
  };
}
