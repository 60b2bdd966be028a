import { DefaultNamingStrategy } from 'typeorm';

/** The name of a property in the database: `editionId` → `edition_id`, `areaDm2` → `area_dm2`. */
export const snakeCase = (name: string): string => name.replaceAll(/(?<=[a-z0-9])[A-Z]/g, letter => `_${letter}`).toLowerCase();

/** Names columns after their properties; an entity gives a `name` only where the two differ. */
export class SnakeCaseNames extends DefaultNamingStrategy {
  override columnName(property: string, given: string, prefixes: string[]): string {
    return super.columnName(property, given || snakeCase(property), prefixes);
  }
}
