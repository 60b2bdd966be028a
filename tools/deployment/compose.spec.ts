import { describe, expect, it } from '@jest/globals';
import { composeFaults, composeSchemaFaults, readCompose, secretFilesMade, serviceOf } from './compose.js';
import { services } from './known-settings.js';

type Changeable = any;

describe('docker/compose.yaml', () => {
  const compose = readCompose();
  const secretFiles = secretFilesMade();

  it('fits the schema of the Compose Specification', () => {
    expect(composeSchemaFaults(compose)).toEqual([]);
  });

  it('runs every service, bounded, in order, with settings that it reads', () => {
    expect(composeFaults(compose, secretFiles)).toEqual([]);
    const running = Object.values(compose.services).filter(({ command }) => command?.[1] !== 'migrate').map(serviceOf); // prettier-ignore
    expect(running.filter(Boolean).sort()).toEqual(services);
  });

  it('canary: a field that does not exist, and a value of the wrong kind', () => {
    const wrong = structuredClone(compose) as Changeable;
    wrong.services.kafka.helthcheck = {};
    wrong.services.billing.read_only = [];
    const faults = composeSchemaFaults(wrong).join('\n');
    expect(faults).toContain('"unevaluatedProperty":"helthcheck"');
    expect(faults).toContain('/services/billing/read_only must be');
  });

  it('canary: every promise broken once', () => {
    const wrong = structuredClone(compose) as Changeable;
    const { billing, conference, exhibition, gateway, grafana, identity, postgres } = wrong.services;
    Object.assign(billing, { read_only: false, cap_drop: [], security_opt: [], mem_limit: undefined, ports: ['127.0.0.1:8080:8080'] });
    Object.assign(billing.environment, { BILLING_COLOUR: 'green', BILLING_DATABASE_URL: 'postgres://billing:billing@postgres/billing' });
    gateway.ports = ['3000:8080'];
    delete identity.depends_on;
    conference.secrets = [];
    exhibition.depends_on = { 'exhibition-migrate': { condition: 'service_healthy' }, cinema: { condition: 'service_started' } };
    grafana.volumes = ['./nowhere:/etc/grafana', './postgres:/x:ro'];
    grafana.depends_on = { postgres: { condition: 'service_completed_successfully' } };
    postgres.image = 'postgres:latest';
    postgres.secrets.push('nobodys');
    wrong.secrets.forgotten = { file: './secrets/forgotten' };
    expect(composeFaults(wrong, secretFiles)).toEqual([
      'nobody makes the secret forgotten',
      'gateway listens on every address: 3000:8080',
      'identity does not wait for its migrations',
      'conference names in CONFERENCE_DATABASE_URL_FILE a secret that it is not given',
      'exhibition waits for the health of exhibition-migrate, which nobody checks',
      'exhibition waits for cinema, which is not there',
      'billing is open to this machine; only the gateway is',
      'billing may write to its root',
      'billing keeps capabilities',
      'billing may gain privileges',
      'billing may take all memory',
      'billing sets BILLING_COLOUR, which billing does not read',
      'billing has the secret BILLING_DATABASE_URL as text',
      'postgres takes any version of postgres:latest',
      'postgres is given nobodys, which is no secret of the file',
      'grafana waits for the end of postgres, which is started again',
      'grafana mounts ./nowhere, which is not there',
      'grafana may change ./nowhere',
    ]);
  });
});
