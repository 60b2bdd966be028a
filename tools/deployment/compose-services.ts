import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressSetting, processNames, serviceNames, type ProcessName, type ServiceName } from '@ciep/contracts';
import { needsOf, settingOf, upstreams } from './needs.js';

/** The compose file: handwritten, except the regions between markers, which follow the list of services. */
export const composePath = 'docker/compose.yaml';

const databaseSecret = (name: string) => `${name}_database_url`;
const ownerSecret = (name: string) => `${name}_database_owner_url`;
const ownSecrets = (name: ProcessName) => (needsOf(name).secrets ?? []).map(key => settingOf(name, key).toLowerCase());
const mounted = (secret: string) => `      ${secret.toUpperCase()}_FILE: /run/secrets/${secret}`;

const gateway = (): string => `  gateway:
    <<: *service
    command: [apps/gateway/dist/main.js]
    environment:
      <<: *environment
      GATEWAY_UPSTREAMS: ${upstreams}
    ports: ['127.0.0.1:3000:8080']
    networks: [inside, outside]
    depends_on:
${serviceNames.map(name => `      ${name}: { condition: service_healthy }`).join('\n')}`;

const migration = (name: ServiceName): string => `  ${name}-migrate:
    <<: *migration
    command: [apps/${name}/dist/main.js, migrate]
    environment:
      <<: *environment
${[databaseSecret(name), ownerSecret(name)].map(mounted).join('\n')}
    secrets: [${databaseSecret(name)}, ${ownerSecret(name)}]`;

function service(name: ServiceName): string {
  const { keepsFiles, asks = [], callsOut, sendsMail } = needsOf(name);
  const secrets = [databaseSecret(name), ...ownSecrets(name)];
  const lines = [
    `  ${name}:`,
    '    <<: *service',
    `    command: [apps/${name}/dist/main.js]`,
    '    environment:',
    '      <<: *environment',
    ...secrets.map(mounted),
    ...(keepsFiles
      ? ['BUCKET: ciep-files', 'ENDPOINT: http://storage:8333', 'ACCESS_KEY_ID: ciep'].map(setting => `      CIEP_S3_${setting}`)
      : []),
    ...(keepsFiles ? ['      CIEP_S3_SECRET_ACCESS_KEY_FILE: /run/secrets/s3_secret_access_key'] : []),
    ...(sendsMail ? [`      ${settingOf(name, 'smtp-url')}: smtp://mail:1025`] : []),
    ...asks.map(asked => `      ${addressSetting(asked)}: http://${asked}:8080`),
    `    secrets: [${[...secrets, ...(keepsFiles ? ['s3_secret_access_key'] : [])].join(', ')}]`,
    ...(callsOut ? ['    networks: [inside, outside]'] : []),
    '    depends_on:',
    `      ${name}-migrate: { condition: service_completed_successfully }`,
    ...(name === 'identity' ? [] : ['      identity: { condition: service_healthy }']),
    ...(keepsFiles ? ['      storage-bucket: { condition: service_completed_successfully }'] : []),
    ...(sendsMail ? ['      mail: { condition: service_healthy }'] : []),
  ];
  return lines.join('\n');
}

const databaseSecrets = serviceNames.flatMap(name => [databaseSecret(name), ownerSecret(name)]);
const targets = JSON.stringify([{ targets: processNames.map(name => `${name}:9464`) }]);

/** The content between the markers of a region. */
const regions: Readonly<Record<string, () => string>> = {
  'database secrets': () =>
    ['x-database-secrets: &database-secrets', ...['postgres_password', ...databaseSecrets].map(secret => `  - ${secret}`)].join('\n'),
  services: () => [gateway(), ...serviceNames.flatMap(name => [migration(name), service(name)])].join('\n\n'),
  secrets: () =>
    serviceNames
      .flatMap(name => [databaseSecret(name), ownerSecret(name), ...ownSecrets(name)])
      .map(secret => `  ${secret}: { file: ./secrets/${secret} }`)
      .join('\n'),
  targets: () => `  metrics_targets:\n    content: '${targets}'`,
};

/** The expected compose file: the present text with its regions regenerated. Throws if a marker is missing. */
export function composeFile(text = readFileSync(join(import.meta.dirname, '../..', composePath), 'utf8')): string {
  return Object.entries(regions).reduce((whole, [name, write]) => {
    const region = new RegExp(`^( *# ${name}: from the list of services.*\\n)[^]*?^( *# end of ${name}\\n)`, 'm');
    if (!region.test(whole)) throw new Error(`${composePath} has no place for ${name}`);
    return whole.replace(region, (_, begin: string, end: string) => `${begin}${write()}\n${end}`);
  }, text);
}
