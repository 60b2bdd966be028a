import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One run of Schemathesis. */
export interface SchemathesisOptions {
  readonly url: string;
  /** The document that the API is compared with. */
  readonly document: object;
  readonly token: string;
  /**
   * `coverage` tries every bound of every parameter and field once, `examples` those of the document, `fuzzing` random requests, `stateful`
   * random sequences, in which one request uses the ids of another's answer.
   */
  readonly phases: 'coverage' | 'examples,fuzzing,stateful';
  readonly seed: number;
  /** Requests at random for each operation. */
  readonly examples?: number;
  /** Regular expression of the paths that are called. */
  readonly only?: string;
}

/** What it found: no failures if the API does what the document says. */
export interface SchemathesisReport {
  readonly code: number;
  readonly failures: string;
  /** Operations that it called, and requests that it checked. */
  readonly operations: number;
  readonly requests: number;
}

const pins = 'tools/openapi/requirements.txt';
const [, version = ''] = /^schemathesis==(.+)$/m.exec(readFileSync(pins, 'utf8')) ?? [];

/** Schemathesis is not here, or not in the version that is pinned: one line with the cure. */
export class SchemathesisMissing extends Error {
  constructor() {
    super(`This proof needs Schemathesis ${version}: python3 -m venv .schemathesis && .schemathesis/bin/pip install -r ${pins}`);
    this.name = 'SchemathesisMissing';
  }
}

/** The program: where `.ci/run` installs it, otherwise on the path. Throws {@link SchemathesisMissing}. */
export function installedSchemathesis(own = join(process.cwd(), '.schemathesis/bin/schemathesis')): string {
  const program = existsSync(own) ? own : 'schemathesis';
  try {
    if (execFileSync(program, ['--version'], { encoding: 'utf8' }).trimEnd().endsWith(` ${version}`)) return program;
  } catch {
    // not there, or not to be started
  }
  throw new SchemathesisMissing();
}

/** Compares a running platform with a document by Schemathesis, with all its checks. Throws {@link SchemathesisMissing}. */
export async function schemathesis(options: SchemathesisOptions): Promise<SchemathesisReport> {
  const program = installedSchemathesis();
  const folder = mkdtempSync(join(tmpdir(), 'ciep-schemathesis-'));
  try {
    const document = join(folder, 'document.json');
    const config = join(folder, 'schemathesis.toml');
    const report = join(folder, 'report.json');
    writeFileSync(document, JSON.stringify(generatable(options.document)));
    writeFileSync(config, configuration);
    const { url, token, phases, seed, examples = 1, only = '^/v1/' } = options;
    const asked = ['--url', url, '-H', `Authorization: Bearer ${token}`, '--include-path-regex', only, '--phases', phases];
    const quick = ['--no-shrink', '--continue-on-failure', '--workers', '2', '--generation-database', 'none', '--warnings', 'off'];
    const drawn = ['--seed', String(seed), '--max-examples', String(examples), '--suppress-health-check', 'all'];
    const shown = ['--no-color', '--report', 'json', '--report-json-path', report];
    const { code, said } = await run(program, ['--config-file', config, 'run', document, ...asked, ...quick, ...drawn, ...shown], folder);
    return { code, failures: code === 0 ? '' : said, ...(existsSync(report) ? countsIn(report) : { operations: 0, requests: 0 }) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function countsIn(report: string): Pick<SchemathesisReport, 'operations' | 'requests'> {
  const { operations, test_cases: cases } = JSON.parse(readFileSync(report, 'utf8')) as {
    operations: { tested: number } | null;
    test_cases: { generated: number };
  };
  return { operations: operations?.tested ?? 0, requests: cases.generated };
}

function run(program: string, args: readonly string[], cwd: string): Promise<{ code: number; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd });
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => said.push(part));
    child.once('error', reject);
    child.once('close', code => resolve({ code: code ?? 1, said: Buffer.concat(said).toString() }));
  });
}

/**
 * Every check is on. Statuses are in the order in which the platform looks at a request: its version before its body, a missing version by
 * 428. A valid request may be refused because of state, time or other rows; which 400 and 422 it may get, `described_shape_is_accepted`
 * of the hooks says.
 */
const configuration = [
  `hooks = ${JSON.stringify(join(import.meta.dirname, 'schemathesis-hooks.py'))}`,
  '[checks]',
  'positive_data_acceptance.expected-statuses = ["2xx", 304, 400, 401, 403, 404, 409, 412, 422, 428, 429]',
  'missing_required_header.expected-statuses = [400, 401, 403, 415, 422, 428]',
  'negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 409, 412, 413, 414, 415, 422, 428, 429, 431]',
].join('\n');

/**
 * The document without what cannot be made up: cursors are signed. Schemathesis ignores the format of a field that may be null unless the
 * two are told apart.
 */
function generatable(document: object): unknown {
  return JSON.parse(JSON.stringify(document), (key, value: unknown) => {
    if (key === 'webhooks') return undefined;
    if (key === 'parameters' && Array.isArray(value))
      return (value as { $ref?: string }[]).filter(({ $ref }) => $ref !== '#/components/parameters/Cursor');
    const { type, format, description, ...rest } = (value ?? {}) as Record<string, unknown>;
    if (!Array.isArray(type) || !type.includes('null') || format === undefined) return value;
    return { description, anyOf: [{ ...rest, format, type: type.find(one => one !== 'null') as string }, { type: 'null' }] };
  });
}
