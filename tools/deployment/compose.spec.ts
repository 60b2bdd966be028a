import { describe, expect, it } from '@jest/globals';
import { composeFaults, composeSchemaFaults, readCompose, secretFilesMade, serviceOf } from './compose.js';
import { processNames } from '@ciep/contracts';

type Changeable = any;

describe('docker/compose.yaml', () => {
  const compose = readCompose();
  const secretFiles = secretFilesMade();

  it('fits the schema of the Compose Specification', () => {
    expect(composeSchemaFaults(compose)).toEqual([]);
  });

  it('runs every service with limits, in order, and with known settings', () => {
    expect(composeFaults(compose, secretFiles)).toEqual([]);
    const running = Object.values(compose.services).filter(({ command }) => command?.[1] !== 'migrate').map(serviceOf); // prettier-ignore
    expect(running.filter(Boolean).sort()).toEqual([...processNames].sort());
  });

  it('canary: an unknown field, and a value of the wrong type', () => {
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
      'make-secrets.sh does not create the secret forgotten',
      'gateway listens on every address: 3000:8080',
      'identity does not wait for its migrations',
      'conference refers in CONFERENCE_DATABASE_URL_FILE to a secret that it does not mount',
      'exhibition waits for the health of exhibition-migrate, which has no health check',
      'exhibition waits for cinema, which does not exist',
      'billing is published to this machine; only the gateway may be',
      'billing has a writable root file system',
      'billing keeps capabilities',
      'billing may gain privileges',
      'billing has no memory limit',
      'billing sets BILLING_COLOUR, which billing does not read',
      'billing has the secret BILLING_DATABASE_URL in plain text',
      'postgres does not pin the version of postgres:latest',
      'postgres is given nobodys, which the file does not define',
      'grafana waits for the end of postgres, which is restarted',
      'grafana mounts ./nowhere, which does not exist',
      'grafana may change ./nowhere',
    ]);
  });
});
