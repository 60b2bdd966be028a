import { describe, expect, it } from '@jest/globals';
import { auditFaults, unanswered, type AuditReport } from '../dependencies/audit.js';
import { licenceFaults, licencesPage, packagesOf } from '../dependencies/licences.js';
import { policy } from '../dependencies/policy.js';

const lock = {
  packages: {
    '': { version: '0.1.0' },
    'apps/own': { version: '0.0.0' },
    'node_modules/@ciep/own': { link: true },
    'node_modules/free': { version: '1.0.0', license: 'MIT' },
    'node_modules/free/node_modules/choice': { version: '1.0.0', license: '(GPL-3.0-only OR Apache-2.0)' },
    'node_modules/both': { version: '2.0.0', license: 'MIT AND GPL-3.0-only' },
    'node_modules/viral': { version: '3.0.0', license: 'AGPL-3.0-only' },
    'node_modules/silent': { version: '4.0.0' },
    'node_modules/read': { version: '5.0.0' },
    'node_modules/tool': { version: '6.0.0', license: 'CC-BY-4.0', dev: true },
    'node_modules/picture': { version: '7.0.0', license: 'CC-BY-4.0' },
    'node_modules/free/node_modules/tool': { version: '8.0.0', license: 'EPL-2.0', dev: true },
  },
};
const ours = { ...policy, read: { read: { licence: 'ISC', reason: 'read' }, gone: { licence: 'MIT', reason: 'was here once' } } };

describe('licences', () => {
  it('canary: a licence that is not allowed for its use is found', () => {
    expect(licenceFaults(packagesOf(lock, ours), ours)).toEqual([
      'both 2.0.0 is delivered and has the licence MIT AND GPL-3.0-only, which is not on the list',
      'picture 7.0.0 is delivered and has the licence CC-BY-4.0, which is not on the list',
      'silent 4.0.0 is delivered and has no licence that is named, which is not on the list',
      'tool 8.0.0 is for development and has the licence EPL-2.0, which is not on the list',
      'viral 3.0.0 is delivered and has the licence AGPL-3.0-only, which is not on the list',
      'gone is not installed any more: take it out of tools/dependencies/policy.ts',
    ]);
  });

  it('are listed by name for delivered packages, and counted for others', async () => {
    const page = await licencesPage(packagesOf(lock, ours));
    expect(page).toContain('### AGPL-3.0-only\n\n- viral 3.0.0\n');
    expect(page).toMatch(/\| EPL-2[.]0 +\| 1 +\|/);
    expect(page).not.toContain('tool 6.0.0');
  });
});

const weakness = (severity: string, id: string) => ({
  name: 'weak',
  title: 'Something is wrong',
  url: `https://github.com/advisories/${id}`,
  severity,
  range: '<2',
});
const report: AuditReport = {
  auditReportVersion: 2,
  vulnerabilities: {
    weak: { via: [weakness('critical', 'GHSA-bad'), weakness('moderate', 'GHSA-mild')] },
    above: { via: ['weak'] },
    other: { via: [weakness('high', 'GHSA-known')] },
  },
};

describe('the audit', () => {
  it('canary: serious vulnerabilities are faults unless they are accepted until a date', () => {
    expect(auditFaults(report, [{ advisory: 'GHSA-known', reason: 'not reached', until: '2026-12-31' }], '2026-11-21')).toEqual([
      'weak <2: Something is wrong (critical, GHSA-bad)',
    ]);
    expect(auditFaults(report, [{ advisory: 'GHSA-known', reason: 'not reached', until: '2026-11-20' }], '2026-11-21')).toEqual([
      'GHSA-known was accepted until 2026-11-20, which is over',
      'weak <2: Something is wrong (critical, GHSA-bad)',
      'weak <2: Something is wrong (high, GHSA-known)',
    ]);
    expect(
      auditFaults({ ...report, vulnerabilities: {} }, [{ advisory: 'GHSA-past', reason: '', until: '2027-01-01' }], '2026-11-21'),
    ).toEqual(['GHSA-past is not found any more: take it out of tools/dependencies/policy.ts']);
  });

  it('reports when the registry cannot be reached', () => {
    expect(unanswered(report)).toBeUndefined();
    expect(unanswered({ message: '405 Method Not Allowed' })).toBe('405 Method Not Allowed');
    expect(unanswered({ error: { summary: 'getaddrinfo ENOTFOUND' } })).toBe('getaddrinfo ENOTFOUND');
    expect(unanswered({})).toBe('npm audit wrote no report');
  });
});
