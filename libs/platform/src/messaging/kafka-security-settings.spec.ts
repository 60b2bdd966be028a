import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { kafkaOf, problemsOf } from '../service/service-settings.js';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const problems = (settings: NodeJS.ProcessEnv) => problemsOf(() => kafkaOf({ KAFKA_BROKERS: 'kafka:9092', ...settings }));

describe('The settings of the connection to Kafka', () => {
  it('are a plain connection where nothing is set', () => {
    expect(kafkaOf({ KAFKA_BROKERS: 'kafka:9092' })).toEqual({ brokers: 'kafka:9092', security: {} });
  });

  it('are TLS, with user and password', () => {
    const settings = { KAFKA_BROKERS: 'kafka:9093', CIEP_KAFKA_TLS: 'true', CIEP_KAFKA_USER: 'billing', CIEP_KAFKA_PASSWORD: 'p' };
    expect(kafkaOf(settings).security).toEqual({ ssl: {}, sasl: { mechanism: 'scram-sha-512', username: 'billing', password: 'p' } });
  });

  it('are refused where one half is missing, all at once', () => {
    expect(problems({ KAFKA_BROKERS: '', CIEP_KAFKA_TLS: 'true', CIEP_KAFKA_USER: 'billing', CIEP_KAFKA_KEY: pem })).toEqual([
      'KAFKA_BROKERS (Kafka brokers, host:port separated by commas): is missing',
      'CIEP_KAFKA_CERTIFICATE: is missing beside CIEP_KAFKA_KEY',
      'CIEP_KAFKA_PASSWORD: is missing beside CIEP_KAFKA_USER',
    ]);
    expect(problems({ CIEP_KAFKA_TLS: 'true', CIEP_KAFKA_PASSWORD: 'p' })).toEqual([
      'CIEP_KAFKA_USER: is missing beside CIEP_KAFKA_PASSWORD',
    ]);
  });

  it('are refused without TLS: a secret is for a listener that is protected', () => {
    expect(problems({ CIEP_KAFKA_USER: 'billing', CIEP_KAFKA_PASSWORD: 'p' })).toEqual([
      'CIEP_KAFKA_USER: is for TLS only; set CIEP_KAFKA_TLS=true',
    ]);
  });

  it('are refused where something is no PEM, and never shown', () => {
    const found = problems({ CIEP_KAFKA_TLS: 'yes', CIEP_KAFKA_CA: 'drawn-at-random', CIEP_KAFKA_KEY: 'drawn-at-random' });
    expect(found.map(problem => problem.split(' ')[0])).toEqual(['CIEP_KAFKA_TLS', 'CIEP_KAFKA_CA', 'CIEP_KAFKA_KEY']);
    expect(found.join()).not.toContain('drawn-at-random');
  });
});
