import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Sealing } from './sealing.service.js';

/** What each secret is for: cookie signatures, the hidden field of our forms, one-time links, the pepper of passwords, digests of bodies, second factors. */
const names = ['bodies', 'cookies', 'factors', 'forms', 'links', 'passwords'] as const;
export type SecretName = (typeof names)[number];

/** Secrets with the lifetime of the database, encrypted in it; one instance creates them at the first start. */
@Injectable()
export class Secrets {
  private loaded: Promise<ReadonlyMap<SecretName, Buffer>> | undefined;

  constructor(
    private readonly database: Database,
    private readonly sealing: Sealing,
  ) {}

  async get(name: SecretName): Promise<Buffer> {
    this.loaded ??= this.load();
    const secrets = await this.loaded.catch((error: unknown) => {
      this.loaded = undefined;
      throw error;
    });
    const secret = secrets.get(name);
    if (!secret) throw new Error(`the secret "${name}" is missing`);
    return secret;
  }

  /** A message authentication code, as text for URLs and forms. */
  async sign(name: SecretName, text: string): Promise<string> {
    return createHmac('sha256', await this.get(name))
      .update(text)
      .digest('base64url');
  }

  /** Compares in constant time. */
  async verify(name: SecretName, text: string, given: string): Promise<boolean> {
    const [expected, actual] = [Buffer.from(await this.sign(name, text)), Buffer.from(given)];
    return expected.length === actual.length && timingSafeEqual(expected, actual);
  }

  private load(): Promise<ReadonlyMap<SecretName, Buffer>> {
    return this.database.transaction(async tx => {
      for (const name of names) {
        await tx.query('INSERT INTO sealed_secrets (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', [
          name,
          this.sealing.seal(`secret:${name}`, randomBytes(32)),
        ]);
      }
      const rows = await tx.query<{ name: SecretName; sealed: Buffer }[]>('SELECT name, sealed FROM sealed_secrets FOR UPDATE');
      for (const { name, sealed } of rows.filter(row => this.sealing.isOutdated(`secret:${row.name}`, row.sealed))) {
        const text = this.sealing.open(`secret:${name}`, sealed);
        await tx.query('UPDATE sealed_secrets SET sealed = $2 WHERE name = $1', [name, this.sealing.seal(`secret:${name}`, text)]);
      }
      return new Map(rows.map(({ name, sealed }) => [name, this.sealing.open(`secret:${name}`, sealed)]));
    });
  }
}
