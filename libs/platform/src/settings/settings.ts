import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** One setting: its environment variable, its schema, and what it is for. */
export interface Setting<Value> {
  readonly key: string;
  readonly schema: z.ZodType<Value>;
  readonly meaning: string;
}

type Shape = Readonly<Record<string, Setting<unknown>>>;
type ValuesOf<S extends Shape> = { readonly [Name in keyof S]: S[Name] extends Setting<infer Value> ? Value : never };

/** A class of settings: `new`-able from an environment, injectable by its type. */
export interface SettingsClass<S extends Shape = Shape> {
  new (environment: NodeJS.ProcessEnv): ValuesOf<S>;
  readonly shape: S;
}

/** Everything that is wrong with the configuration, in one message. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not usable:\n${problems.map(problem => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigurationError';
  }
}

/** Declares a setting: `setting('EXHIBITION_MAX_SCAN_MB', z.coerce.number().default(20), 'largest stamped scan, in MiB')`. */
export const setting = <Value>(key: string, schema: z.ZodType<Value>, meaning: string): Setting<Value> => ({ key, schema, meaning });

/** Schema of a whole number from `min` to `max`. */
export const integer = (min: number, max = Number.MAX_SAFE_INTEGER) => z.coerce.number().int().min(min).max(max);

/** Schema of `true` or `false`; `false` by default. */
export const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform(value => value === 'true');

/**
 * Makes the base class of a service's settings. Its constructor reads the environment and throws one {@link ConfigurationError}
 * that names every wrong or missing variable and shows no value. A file named by `KEY_FILE` may hold the value of `KEY`.
 *
 * ```ts
 * export class ForumConfig extends settings({ maxFileMb: setting('FORUM_MAX_FILE_MB', z.coerce.number().default(20), '…') }) {}
 * ```
 */
export function settings<S extends Shape>(shape: S): SettingsClass<S> {
  class Settings {
    static readonly shape = shape;

    constructor(environment: NodeJS.ProcessEnv) {
      Object.assign(this, readSettings(shape, environment));
    }
  }
  return Settings as unknown as SettingsClass<S>;
}

function readSettings(shape: Shape, environment: NodeJS.ProcessEnv): Record<string, unknown> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { key, schema, meaning }] of Object.entries(shape)) {
    const given = environment[key];
    const result = schema.safeParse(given === '' ? undefined : given);
    if (result.success) values[name] = result.data;
    else
      problems.push(
        `${key} (${meaning}): ${given === undefined || given === '' ? 'is missing' : result.error.issues.map(issue => issue.message).join('; ')}`,
      );
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return values;
}

/** Settings that end in `_FILE` and are file names themselves. */
const fileNames = new Set(['CIEP_CLOCK_FILE', 'CIEP_FAULTS_FILE']);

/**
 * The environment with every `KEY_FILE` of the platform or the service read into `KEY` (secrets mounted as files). Variables of
 * other programs stay as they are.
 */
export async function withSecretFiles(environment: NodeJS.ProcessEnv, service: string): Promise<NodeJS.ProcessEnv> {
  const complete = { ...environment };
  const ours = new RegExp(`^((?:CIEP|${service.toUpperCase()})_.+)_FILE$`);
  for (const [key, path] of Object.entries(environment)) {
    const [, target] = ours.exec(key) ?? [];
    if (target === undefined || fileNames.has(key) || !path || environment[target] !== undefined) continue;
    complete[target] = await readFile(path, 'utf8').then(
      text => text.trim(),
      (error: NodeJS.ErrnoException) => {
        throw new ConfigurationError([`${key}: the file ${path} cannot be read (${error.code})`]);
      },
    );
  }
  return complete;
}
