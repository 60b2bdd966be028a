import type { DataSource } from 'typeorm';

/** The service's role could change definitions or rewrite the audit trail. */
export class RoleTooPowerful extends Error {
  constructor(service: string) {
    super(
      `The role in ${service.toUpperCase()}_DATABASE_URL may change definitions or the audit trail: ` +
        `give the service a role of its own that is not the owner (migrate grants it what it needs).`,
    );
    this.name = 'RoleTooPowerful';
  }
}

/** Throws {@link RoleTooPowerful} when the connected role can change definitions, or change or delete audit entries. Reads only. */
export async function refusePowerfulRole(dataSource: DataSource, service: string): Promise<void> {
  const [role] = await dataSource.query<{ powerful: boolean }[]>(
    `SELECT rolsuper OR rolcreaterole OR rolcreatedb OR has_schema_privilege('public', 'CREATE') OR has_database_privilege(current_database(), 'CREATE')
         OR has_table_privilege('audit_entries', 'UPDATE, DELETE, TRUNCATE') AS powerful FROM pg_roles WHERE rolname = current_user`,
  );
  if (role?.powerful !== false) throw new RoleTooPowerful(service);
}
