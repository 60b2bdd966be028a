import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlatformSettings } from '@ciep/platform';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IdentityConfig } from '../identity.config.js';
import { Sealing } from './sealing.service.js';

const key = 'k'.repeat(43);
const other = 'o'.repeat(43);
const text = Buffer.from('a private key');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ciep-sealing-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const platform = (environment: Record<string, string> = {}) =>
  new PlatformSettings({ CIEP_PROFILE: 'development', CIEP_DATA_DIR: folder, ...environment });
const config = (environment: Record<string, string>) => new IdentityConfig({ CIEP_PROFILE: 'development', ...environment });
const sealing = (environment: Record<string, string>) => new Sealing(config(environment), platform());

describe(Sealing.name, () => {
  it('decrypts what it encrypted, and never gives the same text twice', () => {
    const box = sealing({ IDENTITY_KEY_ENCRYPTION_KEY: key });
    const [one, two] = [box.seal('a', text), box.seal('a', text)];
    expect(one.equals(two)).toBe(false);
    expect(one.includes(text)).toBe(false);
    expect(box.open('a', one)).toEqual(text);
  });

  it('refuses another name, another key, and changed data', () => {
    const box = sealing({ IDENTITY_KEY_ENCRYPTION_KEY: key });
    const sealed = box.seal('a', text);
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);
    expect(() => box.open('b', sealed)).toThrow('does not open');
    expect(() => box.open('a', changed)).toThrow('does not open');
    expect(() => box.open('a', Buffer.concat([Buffer.of(2), sealed.subarray(1)]))).toThrow('does not open');
    expect(() => sealing({ IDENTITY_KEY_ENCRYPTION_KEY: other }).open('a', sealed)).toThrow(
      'IDENTITY_KEY_ENCRYPTION_KEY does not open the stored secret "a"',
    );
  });

  it('accepts the former key while it is replaced', () => {
    const sealed = sealing({ IDENTITY_KEY_ENCRYPTION_KEY: key }).seal('a', text);
    const changing = sealing({ IDENTITY_KEY_ENCRYPTION_KEY: other, IDENTITY_KEY_ENCRYPTION_KEY_PREVIOUS: key });
    expect(changing.open('a', sealed)).toEqual(text);
    expect(changing.isOutdated('a', sealed)).toBe(true);
    expect(changing.isOutdated('a', changing.seal('a', text))).toBe(false);
  });

  it('creates a key in development, readable by its owner only', () => {
    const sealed = sealing({}).seal('a', text);
    expect(sealing({}).open('a', sealed)).toEqual(text);
    const path = join(folder, 'identity.key');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toHaveLength(43);
  });

  it('does not start in production without a key', () => {
    expect(() => config({ CIEP_PROFILE: 'production' })).toThrow('IDENTITY_KEY_ENCRYPTION_KEY');
    expect(() => config({ IDENTITY_KEY_ENCRYPTION_KEY: 'short' })).toThrow('IDENTITY_KEY_ENCRYPTION_KEY');
  });
});

describe(IdentityConfig.name, () => {
  it('reads the clients of the services', () => {
    const { serviceClients } = config({
      IDENTITY_SERVICE_CLIENTS: 'notification=sixteen-letters-or-more, billing=with=an=equals=sign',
    });
    expect([...serviceClients]).toEqual([
      ['notification', 'sixteen-letters-or-more'],
      ['billing', 'with=an=equals=sign'],
    ]);
    expect(config({}).serviceClients.size).toBe(0);
  });

  it.each(['notification', 'notification=short', '=sixteen-letters-or-more', 'Not A Name=sixteen-letters-or-more'])(
    'refuses %s without showing it',
    pairs => {
      expect(() => config({ IDENTITY_SERVICE_CLIENTS: pairs })).toThrow(/^(?!.*sixteen)[\s\S]*IDENTITY_SERVICE_CLIENTS/);
    },
  );
});
