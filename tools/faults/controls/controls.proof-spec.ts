import { TokenVerifier } from '@ciep/platform';
import { testServer } from '@ciep/testing/test-database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import pg from 'pg';
import { ApiProber } from '../../../apps/all-in-one/test/api-prober.js';
import { inOneProcess, type InOneProcess } from '../../../apps/all-in-one/test/start-in-one-process.js';
import { ApiFuzzer } from '../fuzz/api-fuzzer.js';
import { KnownThings } from '../fuzz/known-things.js';
import { Actors, type Wish } from '../model/actors.js';
import { holders } from '../model/books.js';
import { ModelStage, type Scene } from '../model/stage.js';

/** The controls that need no Kafka; `npm run faults -- --only controls` runs the others. */

describe('N4: a check and an insert instead of the unique index', () => {
  let stage: ModelStage;
  beforeAll(async () => {
    stage = await ModelStage.open();
  });
  afterAll(() => stage.close(), 60_000);

  const wish = { booth: 0, days: 1, half: false, again: false };
  const act = (actors: Actors, kind: Wish['kind']) => Promise.all([0, 1].map(of => actors.fulfil({ ...wish, kind, of }, 0)));

  /** Approves two applications for one booth at the same time and returns who has the booth afterwards. */
  async function race(): Promise<(number | null)[]> {
    const scene: Scene = await stage.scene();
    const actors = new Actors(stage, scene);
    for (const kind of ['apply', 'endorse', 'approve'] as const) await act(actors, kind);
    return holders(
      stage.database('exhibition'),
      scene.booths.map(({ id }) => id),
      actors.ids,
    );
  }

  it('allocates one booth twice', async () => {
    const [winner, nobody] = await race();
    expect([[0, 1].includes(winner ?? -1), nobody]).toEqual([true, null]);
    await checkThenInsert(stage);
    await expect(race()).rejects.toThrow('is allocated twice');
  });
});

/** The best check that application code can do alone; under load the pause between check and insert occurs anyway. */
async function checkThenInsert(stage: ModelStage): Promise<void> {
  const [row] = await stage.database('exhibition').query<{ name: string }[]>('SELECT current_database() AS name');
  const client = new pg.Client({ connectionString: Object.assign(new URL(testServer()), { pathname: `/${row?.name}` }).href });
  await client.connect();
  await client.query(`
    DROP INDEX allocations_one_live_per_booth, allocations_one_live_per_application;
    CREATE FUNCTION check_then_insert() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT 1 FROM allocations WHERE booth_id = NEW.booth_id AND is_live) THEN RETURN NULL; END IF;
      PERFORM pg_sleep(1);
      RETURN NEW;
    END $$;
    CREATE TRIGGER check_then_insert BEFORE INSERT ON allocations FOR EACH ROW EXECUTE FUNCTION check_then_insert()`);
  await client.end();
}

describe('N6: tokens for another audience are accepted', () => {
  let stage: InOneProcess;
  beforeAll(async () => {
    stage = await inOneProcess();
  });
  afterAll(() => stage.close(), 60_000);

  /** The complaints of the API fuzzer when each bad token is sent. */
  async function complaints(): Promise<readonly string[]> {
    const prober = await ApiProber.at(stage);
    const operation = prober.operations.find(({ name }) => name === 'get /v1/billing/invoices');
    if (!operation) throw new Error('there are no invoices in the document');
    const fuzzer = new ApiFuzzer(stage.url, prober.document, new KnownThings(), prober);
    const request = { what: 'a bad token', method: 'GET', path: operation.template, headers: {}, token: 'bad', mustFail: true } as const;
    await fuzzer.examine([operation], () => [0, 1, 2, 3].map(pick => ({ ...request, pick })));
    return fuzzer.report([operation]).complaints;
  }

  it('accepts a foreign token, and the fuzzer reports it', async () => {
    expect(await complaints()).toEqual([]);
    const verifier = TokenVerifier.prototype as unknown as { check: (this: Parts, token: string) => Promise<JWTPayload> };
    const { check } = verifier;
    verifier.check = async function (token) {
      // Tokens that fail for another reason are still refused.
      return jwtVerify(token, this.keys, { issuer: this.issuer, typ: 'at+jwt' }).then(
        ({ payload }) => payload,
        () => check.call(this, token),
      );
    };
    try {
      expect(await complaints()).toEqual([expect.stringContaining('no 401 without a good token')]);
    } finally {
      verifier.check = check;
    }
  });
});

interface Parts {
  readonly keys: JWTVerifyGetKey;
  readonly issuer: string;
}
