import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ajv2020 from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { parse } from 'yaml';
import { hasCredentials, isSecret, unknownSettings } from './known-settings.js';

const docker = join(import.meta.dirname, '../../docker');

/** The checked part of a service in the compose file. */
export interface ComposeService {
  readonly image?: string;
  readonly build?: object;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: object;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
  readonly restart?: string;
  readonly stop_grace_period?: string;
}

/** The compose file. */
export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

/** docker/compose.yaml, with its merge keys resolved. */
export function readCompose(): Compose {
  return parse(readFileSync(join(docker, 'compose.yaml'), 'utf8'), { merge: true }) as Compose;
}

/** Violations of the Compose Specification's schema. */
export function composeSchemaFaults(compose: unknown): string[] {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, 'schemas/compose-spec.json'), 'utf8')) as object;
  const ajv = new ajv2020.default({ strict: false, allErrors: true });
  ajvFormats.default(ajv);
  const validate = ajv.addFormat('duration', /^(\d+(\.\d+)?(us|ms|s|m|h))+$/).compile(schema);
  validate(compose);
  return (validate.errors ?? []).map(error => `${error.instancePath} ${error.message ?? error.keyword} ${JSON.stringify(error.params)}`);
}

/** The service of ours that a container runs; undefined for third-party images. */
export const serviceOf = ({ image, command }: ComposeService): string | undefined =>
  image?.startsWith('ciep-platform:') ? /^apps\/(\w+)\/dist\/main\.js$/.exec(command?.[0] ?? '')?.[1] : undefined;

/** The secrets of docker/make-secrets.sh, which is run. */
export function secretFilesMade(): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'ciep-secrets-'));
  try {
    execFileSync('sh', [join(docker, 'make-secrets.sh'), folder]);
    return readdirSync(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Faults: open ports, missing limits, wrong order, missing parts; one line each. */
export function composeFaults(compose: Compose, secretFiles: readonly string[]): string[] {
  const undone = Object.entries(compose.secrets)
    .filter(([, { file }]) => !secretFiles.includes(file.replace('./secrets/', '')))
    .map(([name]) => `make-secrets.sh does not create the secret ${name}`);
  return [
    ...undone,
    ...Object.entries(compose.services).flatMap(([name, service]) => faultsOf(service, compose).map(fault => `${name} ${fault}`)),
  ];
}

function faultsOf(service: ComposeService, compose: Compose): string[] {
  return [...bounds(service), ...settings(service), ...order(service, compose), ...files(service, compose)];
}

function* bounds(service: ComposeService): Iterable<string> {
  const { ports = [], image = '' } = service;
  for (const port of ports) if (!port.startsWith('127.0.0.1:')) yield `listens on every address: ${port}`;
  if (!/:v?\d+[.]\d[\w.-]*$/.test(image)) yield `does not pin the version of ${image}`;
  if (serviceOf(service) === undefined) return;
  if (ports.length > 0 && serviceOf(service) !== 'gateway') yield 'is published to this machine; only the gateway may be';
  if (service.read_only !== true) yield 'has a writable root file system';
  if (!service.cap_drop?.includes('ALL')) yield 'keeps capabilities';
  if (!service.security_opt?.includes('no-new-privileges:true')) yield 'may gain privileges';
  if (service.mem_limit === undefined) yield 'has no memory limit';
}

function settings(service: ComposeService): string[] {
  const { environment = {}, secrets = [] } = service;
  const name = serviceOf(service);
  const mounted = Object.entries(environment).filter(([, value]) => value.startsWith('/run/secrets/'));
  return [
    ...(name === undefined ? [] : unknownSettings(name, Object.keys(environment)).map(key => `sets ${key}, which ${name} does not read`)),
    ...Object.entries(environment)
      .filter(([key, value]) => (name !== undefined && isSecret(key) && key !== 'NOTIFICATION_SMTP_URL') || hasCredentials(value))
      .map(([key]) => `has the secret ${key} in plain text`),
    ...mounted
      .filter(([, path]) => !secrets.includes(path.slice('/run/secrets/'.length)))
      .map(([key]) => `refers in ${key} to a secret that it does not mount`),
  ];
}

function* order(service: ComposeService, { services }: Compose): Iterable<string> {
  for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
    const other = services[name];
    if (!other) yield `waits for ${name}, which does not exist`;
    else if (condition === 'service_healthy' && !other.healthcheck) yield `waits for the health of ${name}, which has no health check`;
    else if (condition === 'service_completed_successfully' && !/^(no|on-failure)/.test(other.restart ?? 'no'))
      yield `waits for the end of ${name}, which is restarted`;
  }
  const name = serviceOf(service);
  if (name === undefined || name === 'gateway' || service.command?.[1] === 'migrate') return;
  if (!service.depends_on?.[`${name}-migrate`]) yield 'does not wait for its migrations';
}

function* files({ volumes = [], secrets = [] }: ComposeService, compose: Compose): Iterable<string> {
  for (const volume of volumes) {
    const [source = ''] = volume.split(':');
    if (source.startsWith('./') && !existsSync(join(docker, source))) yield `mounts ${source}, which does not exist`;
    if (source.startsWith('./') && !volume.endsWith(':ro')) yield `may change ${source}`;
  }
  for (const secret of secrets) if (!compose.secrets[secret]) yield `is given ${secret}, which the file does not define`;
}
