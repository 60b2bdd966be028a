// npm run bench -- row-security: what PostgreSQL's row-level security would cost (docs/adr/0009-no-row-level-security.md).
import { exhibition } from '@ciep/exhibition';
import pg from 'pg';
import { withOwnDatabase } from './own-database.js';
import { type Line, median, type Part, spread } from './part.js';
import { cpuSecondsOf } from './processes.js';

const applications = 200_000;
const organisations = 5_000;
const rounds = 5;
/** For a round of one statement, in milliseconds. */
const longest = 4_000;

const tenantRole = 'exhibition_tenant';
// As a case, not as an alternative: that would tempt the planner away from the index in the order of the list.
const own = `CASE WHEN (SELECT coalesce(current_setting('ciep.region', true), '')) <> '' THEN region_code = (SELECT current_setting('ciep.region', true))
    ELSE organisation_id = (SELECT nullif(current_setting('ciep.organisation', true), '')::uuid) END`;
const naming = `set_config('ciep.organisation', $1, false), set_config('ciep.region', $2, false)`;

/** A form of the wall behind which somebody sees the rows of an organisation or a region alone. Organizers and reactions see all. */
interface Wall {
  readonly name: string;
  readonly policies: string;
  /** The statement that names who is let in, before his or her own. */
  readonly enter: string;
}

const walls: readonly Wall[] = [
  {
    name: 'one role',
    policies: `CREATE POLICY wall ON applications USING ((SELECT coalesce(current_setting('ciep.wall', true), '')) <> 'on' OR ${own})`,
    enter: `SELECT set_config('ciep.wall', 'on', false), ${naming}`,
  },
  {
    name: 'two roles',
    policies: `CREATE POLICY open ON applications TO exhibition_app USING (true); CREATE POLICY wall ON applications TO ${tenantRole} USING (${own})`,
    enter: `SELECT set_config('role', '${tenantRole}', false), ${naming}`,
  },
];
const leave = `SELECT set_config('role', 'none', false), set_config('ciep.wall', '', false)`;

const data = `
  INSERT INTO nodes (id, version, edition_id, parent_id, kind, code, position, name, area_types, region_codes)
    SELECT '00000000-0000-7000-8000-000000000001', 1, '00000000-0000-7000-8000-00000000000e', NULL, 'pavilion', '1', 1, '{"zh":"馆","en":"Hall"}', '{general}', '{}';
  INSERT INTO applications (id, version, edition_id, organisation_id, board_id, number, status, is_handed_in, is_late, area_type, region_code, exhibitor_kind,
      fascia_zh, fascia_en, exhibits, corrections, timeline, submitted_at, updated_at)
    SELECT gen_random_uuid(), 1, '00000000-0000-7000-8000-00000000000e', md5('organisation' || n % ${organisations})::uuid, '00000000-0000-7000-8000-000000000001',
      'A-' || n, 'submitted', true, false, 'general', lpad(((n % 45) * 10000 + 110000)::text, 6, '0'), 'enterprise',
      '北方' || md5(n::text), 'Northern ' || md5(n::text) || ' Works', '[{"name":"x","description":"${'y'.repeat(200)}"}]', '[]', '[]', now(), now() - n * interval '1 second'
    FROM generate_series(1, ${applications}) n;
  VACUUM ANALYZE applications;`;

const summary = `a.id, a.version, a.number, a.organisation_id, n.code, n.name, a.status, a.region_code, a.fascia_zh, a.fascia_en, a.updated_at`;
const list = (condition: string, limit = 51) =>
  `SELECT ${summary} FROM applications a JOIN nodes n ON n.id = a.board_id WHERE ${condition} ORDER BY a.updated_at DESC, a.id DESC LIMIT ${limit}`;

/** Somebody's usual statement; who is walled in has to be named before it, in one more round trip. */
interface Use {
  readonly what: string;
  readonly wall?: { readonly organisation?: string; readonly region?: string };
  readonly times: number;
  run(client: pg.Client, known: Known): Promise<unknown>;
}

interface Known {
  readonly id: string;
  readonly organisation: string;
}

const uses = ({ organisation }: Known): Use[] => [
  { what: 'organizer: newest 50', times: 120, run: client => client.query(list('a.is_handed_in')) },
  {
    what: 'organizer: search for a name',
    times: 60,
    run: client =>
      client.query(list('a.is_handed_in AND (a.fascia_zh ILIKE $1 OR a.fascia_en ILIKE $1 OR a.number ILIKE $1)'), ['%c4ca4238a0%']),
  },
  {
    what: 'organizer: decides (lock, update, commit)',
    times: 100,
    run: (client, { id }) => inTransaction(client, id),
  },
  {
    what: 'exhibitor: its own 50',
    wall: { organisation },
    times: 120,
    run: client => client.query(list('a.organisation_id = $1'), [organisation]),
  },
  {
    what: 'exhibitor: reads one',
    wall: { organisation },
    times: 200,
    run: (client, { id }) => client.query(list('a.id = $1 AND a.organisation_id = $2', 1), [id, organisation]),
  },
  {
    what: 'exhibitor: corrects (lock, update, commit)',
    wall: { organisation },
    times: 100,
    run: (client, { id }) => inTransaction(client, id),
  },
  {
    what: 'province: newest 50 of its region',
    wall: { region: '110000' },
    times: 120,
    run: client => client.query(list('a.is_handed_in AND a.region_code = $1'), ['110000']),
  },
];

async function inTransaction(client: pg.Client, id: string): Promise<void> {
  await client.query('START TRANSACTION');
  await client.query('SELECT * FROM applications WHERE id = $1 FOR NO KEY UPDATE', [id]);
  await client.query('UPDATE applications SET version = version + 1 WHERE id = $1', [id]);
  await client.query('COMMIT');
}

/** CPU milliseconds of client and server process for each; the clock would measure what else the machine does. */
async function milliseconds(client: pg.Client, use: Use, known: Known, wall: Wall | undefined): Promise<number> {
  const { organisation = '', region = '' } = use.wall ?? {};
  // Whoever put the wall up made every plan void.
  if (wall && use.wall) await client.query(wall.enter, [organisation, region]);
  await use.run(client, known);
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const spent = () => cpuSecondsOf([process.pid, rows[0]?.pid ?? 0]);
  const before = spent();
  let done = 0;
  for (const end = Date.now() + longest; done < use.times && Date.now() < end; done += 1) {
    if (wall && use.wall) await client.query(wall.enter, [organisation, region]);
    await use.run(client, known);
  }
  const each = ((spent() - before) * 1_000) / done;
  await client.query(leave);
  return each;
}

/** Puts one wall up, or none. */
async function build(owner: pg.Client, wall: Wall | undefined): Promise<void> {
  await owner.query(`DROP POLICY IF EXISTS wall ON applications; DROP POLICY IF EXISTS open ON applications; ${wall?.policies ?? 'SELECT 1'};
    ALTER TABLE applications ${wall ? 'ENABLE' : 'DISABLE'} ROW LEVEL SECURITY`);
}

async function compared(app: pg.Client, owner: pg.Client, use: Use, known: Known): Promise<Line[]> {
  const sides = [undefined, ...walls];
  const times = new Map<Wall | undefined, number[]>(sides.map(side => [side, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      await build(owner, side);
      const each = await milliseconds(app, use, known, side);
      if (round >= 0) times.get(side)?.push(each);
    }
  }
  const open = times.get(undefined) ?? [];
  return walls.map(wall => {
    const walled = times.get(wall) ?? [];
    const ratio = median(walled.map((each, index) => each / (open[index] ?? NaN)));
    return {
      what: `Row-level security, ${wall.name}: ${use.what}`,
      goal: '≤ 1.1 ×',
      reached: `${ratio.toFixed(2)} ×: ${spread(walled)} against ${spread(open)} ms`,
      met: ratio <= 1.1,
    };
  });
}

/** Throws unless each wall hides what is foreign from a statement that forgets to ask whose it is. */
async function checkWalls(app: pg.Client, owner: pg.Client, { organisation }: Known): Promise<void> {
  for (const wall of walls) {
    await build(owner, wall);
    await app.query(wall.enter, [organisation, '']);
    const { rows } = await app.query<{ seen: number }>('SELECT count(*)::int AS seen FROM applications');
    await app.query(leave);
    if (rows[0]?.seen !== applications / organisations) throw new Error(`${wall.name}: the wall shows ${rows[0]?.seen} applications`);
  }
}

async function asAdmin(url: string, sql: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(sql);
  await admin.end();
}

/** The statements of the service on many applications, by plain pg, with and without row-level security, in turns. */
export const rowSecurity: Part = {
  name: 'row-security',
  run: () =>
    withOwnDatabase(exhibition, async ({ applicationUrl, ownerUrl }, adminUrl) => {
      const [app, owner] = [new pg.Client({ connectionString: applicationUrl }), new pg.Client({ connectionString: ownerUrl })];
      await Promise.all([app.connect(), owner.connect()]);
      try {
        for (const statement of data.split(';').filter(text => text.trim() !== '')) await owner.query(statement);
        await asAdmin(adminUrl, `CREATE ROLE ${tenantRole} NOLOGIN; GRANT ${tenantRole} TO exhibition_app`);
        await owner.query(`GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA public TO ${tenantRole}`);
        const { rows } = await owner.query<Known>('SELECT id, organisation_id AS organisation FROM applications ORDER BY id LIMIT 1');
        const known = rows[0] as Known;
        await checkWalls(app, owner, known);
        const lines: Line[] = [];
        for (const use of uses(known)) lines.push(...(await compared(app, owner, use, known)));
        return lines;
      } finally {
        await Promise.all([app.end(), owner.end()]);
      }
    }),
};
