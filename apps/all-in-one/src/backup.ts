// npm run backup -- <folder> | npm run restore -- <folder>: the data of all services, at one moment.
import { backUp } from './backup/backup.js';
import { CannotRestore, restore } from './backup/restore.js';
import { NoCommonMoment, type Source } from './backup/snapshots.js';
import { services } from './start-platform.js';

/** A wrong call: one line with the right one. */
class WrongCall extends Error {}

function sources(environment: NodeJS.ProcessEnv): Source[] {
  const keys = services.map(({ name }) => `${name.toUpperCase()}_DATABASE_OWNER_URL`);
  const missing = keys.filter(key => !environment[key]);
  if (missing.length > 0) throw new WrongCall(`${missing.join(', ')}: missing; a backup is of all services at once`);
  return services.map(({ name }, at) => ({ service: name, ownerUrl: environment[keys[at] ?? ''] ?? '' }));
}

try {
  const [what, folder] = process.argv.slice(2);
  if ((what !== 'backup' && what !== 'restore') || folder === undefined)
    throw new WrongCall('npm run backup -- <new folder>, or npm run restore -- <folder of a backup>');
  const { takenAt, services: saved } = await (what === 'backup' ? backUp : restore)(sources(process.env), folder);
  for (const { service, tables } of saved) {
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    process.stdout.write(`${service}: ${rows} rows of ${tables.length} tables\n`);
  }
  process.stdout.write(`${what === 'backup' ? 'taken' : 'restored as'} at ${takenAt}\n`);
} catch (error) {
  const isExpected = error instanceof WrongCall || error instanceof CannotRestore || error instanceof NoCommonMoment;
  process.stderr.write(`${isExpected ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(1);
}
