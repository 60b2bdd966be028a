import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { withConnection } from './connection.js';

/** The addresses of one service's database, for its migrations and for the service itself. */
export interface ServiceDatabase {
  readonly ownerUrl: string;
  readonly applicationUrl: string;
  readonly applicationRole: string;
}

/**
 * Creates a database with an owner role and an application role (no DDL) where they are missing. It sets new passwords each time, so
 * that nobody has to store them between starts.
 */
export async function provisionDatabase(adminUrl: string, name: string): Promise<ServiceDatabase> {
  const owner = `${name}_owner`;
  const application = `${name}_app`;
  const passwords = { [owner]: randomBytes(18).toString('base64url'), [application]: randomBytes(18).toString('base64url') };
  await withConnection(adminUrl, async admin => {
    for (const [role, password] of Object.entries(passwords)) {
      const { rowCount } = await admin.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
      await admin.query(`${rowCount ? 'ALTER' : 'CREATE'} ROLE ${pg.escapeIdentifier(role)} LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
    }
    const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (!rowCount) await admin.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} OWNER ${pg.escapeIdentifier(owner)}`);
    await admin.query(
      `REVOKE ALL ON DATABASE ${pg.escapeIdentifier(name)} FROM PUBLIC; GRANT CONNECT ON DATABASE ${pg.escapeIdentifier(name)} TO ${pg.escapeIdentifier(application)}`,
    );
  });
  const urlFor = (role: string): string => {
    const url = new URL(adminUrl);
    Object.assign(url, { username: role, password: passwords[role] ?? '', pathname: `/${name}` });
    return url.href;
  };
  return { ownerUrl: urlFor(owner), applicationUrl: urlFor(application), applicationRole: application };
}
