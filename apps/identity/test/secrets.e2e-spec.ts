import { Database, PlatformSettings } from '@ciep/platform';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Passwords } from '../src/accounts/passwords.service.js';
import { IdentityConfig } from '../src/identity.config.js';
import { identity } from '../src/identity.module.js';
import { SigningKeys } from '../src/oidc/signing-keys.service.js';
import { Sealing } from '../src/secrets/sealing.service.js';
import { Secrets } from '../src/secrets/secrets.service.js';

const [first, second] = ['first-key-of-the-installation-0001', 'second-key-of-the-installation-002'];
let service: TestService;

beforeAll(async () => {
  service = await startService(identity, { settings: { IDENTITY_KEY_ENCRYPTION_KEY: first } });
});

/** Another instance on the same database, with other settings. */
const instance = (environment: Record<string, string>) => {
  const config = new IdentityConfig(environment);
  const sealing = new Sealing(config, new PlatformSettings({ CIEP_PROFILE: 'production' }));
  const database = service.find(Database);
  const secrets = new Secrets(database, sealing);
  return { secrets, keys: new SigningKeys(database, sealing, config), passwords: new Passwords(secrets) };
};

describe('the secrets in the database', () => {
  it('are created once, even by ten concurrent instances', async () => {
    await service.query('TRUNCATE sealed_secrets, signing_keys');
    const instances = Array.from({ length: 10 }, () => instance({ IDENTITY_KEY_ENCRYPTION_KEY: first }));
    const links = await Promise.all(instances.map(({ secrets }) => secrets.get('links')));
    expect(new Set(links.map(link => link.toString('hex'))).size).toBe(1);
    const rings = await Promise.all(instances.map(({ keys }) => keys.load()));
    expect(new Set(rings.map(({ currentKid }) => currentKid)).size).toBe(1);
    expect(await service.query('SELECT name FROM sealed_secrets ORDER BY name')).toEqual([
      { name: 'bodies' },
      { name: 'cookies' },
      { name: 'factors' },
      { name: 'forms' },
      { name: 'links' },
      { name: 'passwords' },
    ]);
  });

  it('are never recreated with a wrong key: one clear line reports the fault', async () => {
    const wrong = instance({ IDENTITY_KEY_ENCRYPTION_KEY: second });
    await expect(wrong.keys.load()).rejects.toThrow('IDENTITY_KEY_ENCRYPTION_KEY does not open');
    await expect(wrong.secrets.get('links')).rejects.toThrow('IDENTITY_KEY_ENCRYPTION_KEY does not open');
    expect((await instance({ IDENTITY_KEY_ENCRYPTION_KEY: first }).keys.load()).keys).toHaveLength(1);
  });

  it('are encrypted with a new key, and passwords stay valid', async () => {
    const before = instance({ IDENTITY_KEY_ENCRYPTION_KEY: first });
    const [ring, hash] = [await before.keys.load(), await before.passwords.hash('some password')];
    const changing = instance({ IDENTITY_KEY_ENCRYPTION_KEY: second, IDENTITY_KEY_ENCRYPTION_KEY_PREVIOUS: first });
    expect((await changing.keys.load()).currentKid).toBe(ring.currentKid);
    await changing.secrets.get('links');
    const after = instance({ IDENTITY_KEY_ENCRYPTION_KEY: second });
    expect((await after.keys.load()).currentKid).toBe(ring.currentKid);
    expect(await after.secrets.get('links')).toEqual(await before.secrets.get('links'));
    expect([
      await after.passwords.fits('some password', hash),
      await after.passwords.fits('another', hash),
      await after.passwords.fits('some password', undefined),
    ]).toEqual([true, false, false]);
    await expect(instance({ IDENTITY_KEY_ENCRYPTION_KEY: first }).keys.load()).rejects.toThrow('does not open');
  });
});
