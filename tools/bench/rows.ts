import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { regionCodes } from '@ciep/contracts';
import pg from 'pg';
import { Pool } from 'undici';
import { Story } from '../tour/story.js';
import { demoPaths, endorsedApplication, organizerToken } from './demo.js';
import { OneProcess } from './one-process.js';
import { type Line, type Part, percentile } from './part.js';

const small = 10_000;
const large = 1_000_000;
const asked = 200;
const mostTimes = 1.5;
const region = '210000';

/** A query that is measured repeatedly. */
interface Question {
  readonly what: string;
  readonly path: string;
  /** The caller; anonymous by default. Tokens expire after five minutes. */
  readonly token?: () => Promise<string>;
}

/** Fills exhibition's tables directly. */
class Filled {
  private rows = 0;
  private constructor(private readonly client: pg.Client) {}

  static async connect(platform: OneProcess): Promise<Filled> {
    const password = (await readFile(join(platform.dataDir, 'postgres/password'), 'utf8')).trim();
    const url = Object.assign(new URL(platform.served.databases['exhibition'] ?? ''), { username: 'postgres', password });
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    return new Filled(client);
  }

  /**
   * Many applications and booths: copies of one, spread over a year, 5,000 organisations and all regions. The measured caller keeps few
   * rows, because a caller's share does not grow with the platform; only the organizer sees all.
   */
  async fillTo(rows: number, applicationId: string, boothId: string): Promise<void> {
    for (let from = this.rows; from < rows; from += 50_000) {
      const range = [from + 1, Math.min(rows, from + 50_000)];
      await this.client.query(
        `INSERT INTO applications SELECT copy.* FROM applications a, generate_series($2::int, $3::int) n, LATERAL jsonb_populate_record(a, jsonb_build_object(
           'id', gen_random_uuid(), 'number', 'ROW-' || lpad(n::text, 7, '0'), 'external_ref', NULL, 'external_ref_key', NULL, 'endorsement', NULL, 'endorsement_reason', NULL, 'organisation_id', md5((n % 5000)::text)::uuid, 'region_code', ($4::text[])[1 + n % $5],
           'created_at', now() - n * interval '30 seconds', 'updated_at', now() - n * interval '30 seconds', 'submitted_at', now() - n * interval '30 seconds')) copy
         WHERE a.id = $1`,
        [applicationId, ...range, regionCodes.filter(code => code !== region), regionCodes.length - 1],
      );
      await this.client.query(
        `INSERT INTO booths SELECT copy.* FROM booths b, generate_series($2::int, $3::int) n, LATERAL jsonb_populate_record(b, jsonb_build_object(
           'id', gen_random_uuid(), 'number', 'ROW-' || lpad(n::text, 7, '0'), 'updated_at', now() - n * interval '30 seconds')) copy
         WHERE b.id = $1`,
        [boothId, ...range],
      );
    }
    this.rows = rows;
    await this.client.query('VACUUM ANALYZE applications, booths');
  }

  async end(): Promise<void> {
    await this.client.end();
  }
}

/** Milliseconds of each answer, sequentially, with the queries alternating. */
async function answers(url: string, questions: readonly Question[]): Promise<number[][]> {
  const pool = new Pool(url, { connections: 1 });
  const taken: number[][] = questions.map(() => []);
  const tokens = new Map<Question['token'], string>();
  for (const { token } of questions) if (token && !tokens.has(token)) tokens.set(token, `Bearer ${await token()}`);
  for (let round = -20; round < asked; round += 1) {
    for (const [index, { path, what, token }] of questions.entries()) {
      const began = performance.now();
      const { statusCode, body } = await pool.request({ method: 'GET', path, headers: { authorization: tokens.get(token) } });
      await body.arrayBuffer();
      if (statusCode !== 200) throw new Error(`${what} answered ${statusCode}`);
      if (round >= 0) taken[index]?.push(performance.now() - began);
    }
  }
  await pool.close();
  return taken;
}

async function questionsOf(url: string): Promise<{ questions: Question[]; applicationId: string; boothId: string }> {
  const { list, booth } = await demoPaths(url);
  const { applicationId, boothId, freshToken } = await endorsedApplication(url);
  const { body: edition } = await new Story(url).anyone.get<{ id: string }>('/v1/conference/editions/demo');
  const organizer = () => organizerToken(url);
  const applications = '/v1/exhibition/applications';
  const questions: Question[] = [
    { what: "the organizer's applications, newest first", path: `${applications}?limit=50`, token: organizer },
    { what: '… of an edition in one state', path: `${applications}?limit=50&editionId=${edition.id}&status=submitted`, token: organizer },
    { what: '… by number', path: `${applications}?limit=50&editionId=${edition.id}&sort=number`, token: organizer },
    { what: '… of one region', path: `${applications}?limit=50&regionCode=440300`, token: organizer },
    { what: '… searched by number', path: `${applications}?limit=50&q=ROW-0004711`, token: organizer },
    {
      what: '… changed since a moment ago',
      path: `${applications}?limit=50&sort=updatedAt&updatedSince=${new Date(Date.now() - 3_600_000).toISOString()}`,
      token: organizer,
    },
    { what: "an exhibitor's own applications", path: applications, token: freshToken },
    { what: 'one application', path: `${applications}/${applicationId}`, token: organizer },
    { what: 'public booths of an edition', path: list },
    { what: '… that are free, of one type', path: `${list}&free=true&type=standard` },
    { what: '… by area', path: `${list}&sort=-area` },
    { what: 'one booth', path: booth },
  ];
  return { questions, applicationId, boothId };
}

/** Lists and single resources with 10,000 and with 1,000,000 applications and booths, which only works with indexes. */
export const rows: Part = {
  name: 'rows',
  async run() {
    const platform = await OneProcess.start();
    const filled = await Filled.connect(platform);
    try {
      const { url } = platform.served;
      const { questions, applicationId, boothId } = await questionsOf(url);
      await filled.fillTo(small, applicationId, boothId);
      const few = await answers(url, questions);
      await filled.fillTo(large, applicationId, boothId);
      const many = await answers(url, questions);
      return questions.map(({ what }, index): Line => {
        const [before, after] = [few[index] ?? [], many[index] ?? []].map(values => percentile(values, 0.95)) as [number, number];
        return {
          what: `95 % of answers, ${large.toLocaleString('en')} rows against ${small.toLocaleString('en')}: ${what}`,
          goal: `≤ ${mostTimes} times`,
          reached: `${(after / before).toFixed(2)} times: within ${after.toFixed(1)} against ${before.toFixed(1)} ms`,
          isMet: after / before <= mostTimes,
        };
      });
    } finally {
      await filled.end();
      await platform.stop();
    }
  },
};
