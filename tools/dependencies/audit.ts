import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { AcceptedAdvisory } from './policy.js';

interface Advisory {
  readonly name: string;
  readonly title: string;
  readonly url: string;
  readonly severity: string;
  readonly range: string;
}

/** The parts of `npm audit --json` that are read. */
export interface AuditReport {
  readonly auditReportVersion?: number;
  readonly vulnerabilities?: Readonly<Record<string, { readonly via: readonly (string | Advisory)[] }>>;
  /** The registry could not be reached. */
  readonly message?: string;
  readonly error?: { readonly summary?: string };
}

const serious = ['high', 'critical'];
const timeoutMs = 60_000;

/** Why the registry gave no report; undefined if it did. */
export const unanswered = (report: AuditReport): string | undefined =>
  report.auditReportVersion === undefined ? report.message || report.error?.summary || 'npm audit wrote no report' : undefined;

/**
 * Known high and critical vulnerabilities that are not accepted, and acceptances that have expired or are not needed. `today` is a day,
 * `2026-11-21`.
 */
export function auditFaults(report: AuditReport, accepted: readonly AcceptedAdvisory[], today: string): string[] {
  const found = new Map<string, Advisory>();
  for (const { via } of Object.values(report.vulnerabilities ?? {}))
    for (const advisory of via)
      if (typeof advisory !== 'string' && serious.includes(advisory.severity)) found.set(advisory.url.split('/').at(-1) ?? '', advisory);
  const isAccepted = (id: string) => accepted.some(({ advisory, until }) => advisory === id && until >= today);
  const open = [...found]
    .filter(([id]) => !isAccepted(id))
    .map(([id, { name, range, severity, title }]) => `${name} ${range}: ${title} (${severity}, ${id})`);
  const stale = accepted.flatMap(({ advisory, until }) => {
    if (!found.has(advisory)) return [`${advisory} is not found any more: take it out of tools/dependencies/policy.ts`];
    return until < today ? [`${advisory} was accepted until ${until}, which is over`] : [];
  });
  return [...open, ...stale].sort();
}

/** Asks the registry about production packages. If it cannot be reached, or does not answer within a minute, the report has no version. */
export async function askRegistry(): Promise<AuditReport> {
  const child = spawn('npm', ['audit', '--omit=dev', '--json'], { stdio: ['ignore', 'pipe', 'ignore'], timeout: timeoutMs });
  const failed = new Promise<string>(resolve => child.once('error', error => resolve(JSON.stringify({ message: error.message }))));
  const said = await Promise.race([text(child.stdout), failed]);
  try {
    return JSON.parse(said) as AuditReport;
  } catch {
    return { message: 'npm audit did not answer' };
  }
}
