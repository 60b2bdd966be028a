import { applicationSubmitted, applicationWithdrawn, milestoneSet } from '@ciep/contracts';
import { newId } from '@ciep/kernel';
import { labelOf, startService, type Api, type TestService } from '@ciep/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exhibition } from '../src/exhibition.module.js';
import {
  aDraft,
  anExhibitor,
  anOpenEdition,
  applicationAt,
  aSubmitted,
  formBody,
  good,
  inTime,
  legal,
  regionalFields,
} from './booking.factory.js';
import { aNode, organizerOf } from './exhibition.factory.js';

let service: TestService;
let edition: { editionId: string; regionalId: string; generalId: string };
let organisationId: string;
let exhibitor: Api;
let organizer: Api;

beforeAll(async () => {
  service = await startService(exhibition);
  edition = await anOpenEdition(service);
  organizer = organizerOf(service);
});

beforeEach(async () => {
  service.clock.set(inTime);
  ({ organisationId, exhibitor } = await anExhibitor(service));
});

const draft = (fields: object = {}) => aDraft(exhibitor, edition.editionId, edition.generalId, fields);
const submitted = (fields: object = {}) => aSubmitted(exhibitor, edition.editionId, edition.generalId, fields);
const post = (fields: object) => exhibitor.post('/v1/exhibition/applications', formBody(edition.editionId, edition.generalId, fields));
const fields = (body: unknown) =>
  (body as { errors: { pointer: string; code: string }[] }).errors.map(({ pointer, code }) => `${pointer} ${code}`);
const refusal = (status: number, code: string, events: object = {}) => ({
  status,
  body: expect.objectContaining({ code, ...events }) as unknown,
});

describe('a draft', () => {
  it('is created from incomplete data', async () => {
    const response = await exhibitor.post('/v1/exhibition/applications', { editionId: edition.editionId, boardId: edition.generalId });
    expect(response).toMatchObject({
      status: 201,
      headers: { etag: '"1"', location: expect.stringMatching(/^\/v1\/exhibition\/applications\/[0-9a-f-]{36}$/) as unknown },
      body: {
        version: 1,
        status: 'draft',
        organisationId,
        number: null,
        fasciaName: null,
        exhibits: [],
        contact: null,
        allowedActions: ['edit', 'submit', 'withdraw'],
        timeline: [{ what: 'drafted', by: 'applicant', status: 'draft' }],
      },
    });
    expect(await service.events(applicationSubmitted)).toEqual([]);
  });

  it('allows individuals and teams as exhibitors', async () => {
    for (const exhibitorKind of ['individual', 'team']) expect(await draft({ exhibitorKind })).toMatchObject({ exhibitorKind });
  });

  it('refuses a region that does not belong to the board, and any region on a general board', async () => {
    const regional = await exhibitor.post(
      '/v1/exhibition/applications',
      formBody(edition.editionId, edition.regionalId, { areaType: 'enterprise', regionCode: '440000' }),
    );
    expect([regional.status, fields(regional.body)]).toEqual([422, ['/regionCode not_allowed']]);
    const general = await post({ regionCode: '210000' });
    expect([general.status, fields(general.body)]).toEqual([422, ['/regionCode not_allowed']]);
  });

  it('refuses an area that the board does not have', async () => {
    const { status, body } = await post({ areaType: 'enterprise' });
    expect([status, fields(body)]).toEqual([422, ['/areaType not_allowed']]);
  });

  it.each([
    ['an unknown board', { boardId: newId() }, ['/boardId unknown']],
    ['an unknown edition', { editionId: newId() }, ['/boardId unknown']],
    ['an unknown field', { colour: 'red' }, ['/colour unknown']],
    ['a field of ours', { status: 'approved' }, ['/status unknown']],
    ['half a name', { fasciaName: { zh: '名称' } }, ['/fasciaName/en required']],
    [
      'a kind of exhibit that does not exist',
      { exhibits: [{ name: 'a', description: 'b', type: 'idea' }] },
      ['/exhibits/0/type not_allowed'],
    ],
    [
      'a mail address that is none',
      { contact: { name: 'a', phone: '+86 24 5550 0100', mail: 'nobody' } },
      ['/contact/mail not_a_mail_address'],
    ],
    ['an endless name', { fasciaName: { zh: '名'.repeat(101), en: 'Name' } }, ['/fasciaName too_long']],
    ['a name of two lines', { fasciaName: { zh: '名', en: 'Name\nagain' } }, ['/fasciaName line_break']],
    [
      'a contact of two lines',
      { contact: { name: 'a\r\nb', phone: '+86 24 5550 0100', mail: 'a@b.example' } },
      ['/contact/name line_break'],
    ],
    ['no area at all', { wishedAreaDm2: 0 }, ['/wishedAreaDm2 too_small']],
    ['an empty reference', { externalRef: '' }, ['/externalRef too_short']],
    ['a NUL byte', { externalRef: 'a\u0000b' }, ['/externalRef unprintable']],
  ])('refuses %s', async (_, wrong, expected) => {
    const { status, body } = await post(wrong);
    expect([status, fields(body)]).toEqual([422, expected]);
  });

  it('refuses a node that is not a leaf', async () => {
    const pavilionId = await aNode(service, edition.editionId, { areaTypes: ['general'] });
    await aNode(service, edition.editionId, { kind: 'board', parentId: pavilionId, code: '7.1' });
    const { status, body } = await post({ boardId: pavilionId });
    expect([status, fields(body)]).toEqual([422, ['/boardId not_allowed']]);
  });

  it('has an external reference that is unique within the organisation', async () => {
    const first = await draft({ externalRef: 'A-1' });
    expect(await post({ externalRef: 'A-1' })).toMatchObject(refusal(409, 'application.external_ref_taken', { externalRef: 'A-1' }));
    const other = await draft({ externalRef: 'A-2' });
    const taken = await exhibitor.patch(applicationAt(other.id), { externalRef: 'A-1' }, { ifMatch: other.version });
    expect(taken).toMatchObject(refusal(409, 'application.external_ref_taken'));
    const { exhibitor: neighbour } = await anExhibitor(service);
    expect(await aDraft(neighbour, edition.editionId, edition.generalId, { externalRef: 'A-1' })).toMatchObject({ externalRef: 'A-1' });
    const found = await exhibitor.get('/v1/exhibition/applications', { query: { externalRef: 'A-1' } });
    expect((found.body as { items: { id: string }[] }).items.map(({ id }) => id)).toEqual([first.id]);
  });

  it.each([
    ['small letters', 'référence nr. 1'],
    ['blanks around and within', ' RÉFÉRENCE  Nr.\u00a01 '],
    ['full width', 'ＲÉＦÉＲＥＮＣＥ　Ｎｒ．１'],
    ['decomposed letters', 'RE\u0301FE\u0301RENCE Nr. 1'],
  ])('has the same external reference in %s, and shows it as typed', async (what, respelt) => {
    const typed = 'RÉFÉRENCE Nr. 1';
    const { exhibitor: anybody } = await anExhibitor(service);
    const first = await aDraft(anybody, edition.editionId, edition.generalId, { externalRef: respelt });
    expect([what, first['externalRef']]).toEqual([what, respelt]);
    const second = await anybody.post('/v1/exhibition/applications', {
      ...formBody(edition.editionId, edition.generalId),
      externalRef: typed,
    });
    expect(second).toMatchObject(refusal(409, 'application.external_ref_taken', { externalRef: typed }));
    const other = await aDraft(anybody, edition.editionId, edition.generalId);
    const moved = await anybody.patch(applicationAt(other.id), { externalRef: typed }, { ifMatch: other.version });
    expect(moved).toMatchObject(refusal(409, 'application.external_ref_taken'));
    const found = await anybody.get('/v1/exhibition/applications', { query: { externalRef: typed } });
    expect((found.body as { items: { id: string }[] }).items.map(({ id }) => id)).toEqual([first.id]);
  });

  it('is created once per key, and the key is refused with another body', async () => {
    const key = `key-${newId()}`;
    const body = formBody(edition.editionId, edition.generalId);
    const first = await exhibitor.post('/v1/exhibition/applications', body, { key });
    const again = await exhibitor.post('/v1/exhibition/applications', body, { key });
    expect([again.status, again.body, again.headers['idempotency-replayed']]).toEqual([201, first.body, 'true']);
    const other = await exhibitor.post('/v1/exhibition/applications', { ...body, wishedAreaDm2: 1_800 }, { key });
    expect(other).toMatchObject(refusal(422, 'idempotency.key_reused'));
    const list = await exhibitor.get('/v1/exhibition/applications', { query: { count: 'true' } });
    expect((list.body as { total: number }).total).toBe(1);
  });

  it('requires a key', async () => {
    const { status, body } = await exhibitor.post('/v1/exhibition/applications', formBody(edition.editionId, edition.generalId), {
      key: false,
    });
    expect({ status, body }).toMatchObject(refusal(400, 'idempotency.key_required'));
  });
});

describe('editing', () => {
  it('changes the sent fields and leaves the rest', async () => {
    const { id, version } = await draft({ externalRef: 'keep' });
    const response = await exhibitor.patch(applicationAt(id), { wishedAreaDm2: 3_600, contact: null }, { ifMatch: version });
    expect(response).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      body: { version: 2, wishedAreaDm2: 3_600, contact: null, externalRef: 'keep' },
    });
  });

  it('needs the version that was read', async () => {
    const { id, version } = await draft();
    expect(await exhibitor.patch(applicationAt(id), { wishedAreaDm2: 1_800 })).toMatchObject(refusal(428, 'if_match.required'));
    good(await exhibitor.patch(applicationAt(id), { wishedAreaDm2: 1_800 }, { ifMatch: version }));
    const stale = await exhibitor.patch(applicationAt(id), { wishedAreaDm2: 2_700 }, { ifMatch: version });
    expect(stale).toMatchObject(refusal(412, 'resource.changed', { currentETag: '"2"' }));
  });

  it('is refused once it is submitted', async () => {
    const { id, version } = await submitted();
    expect(await exhibitor.patch(applicationAt(id), { wishedAreaDm2: 1_800 }, { ifMatch: version })).toMatchObject(
      refusal(409, 'application.wrong_state', { state: 'submitted', attempted: 'edit', allowedActions: ['withdraw'] }),
    );
  });
});

describe('the self-check', () => {
  it('lists everything that is missing at once, in both languages', async () => {
    const { id } = good(
      await exhibitor.post('/v1/exhibition/applications', { editionId: edition.editionId, boardId: edition.regionalId }),
      201,
    );
    const { body } = await exhibitor.get(applicationAt(id, '/self-check'));
    const check = body as { isComplete: boolean; missing: { pointer: string; code: string; detail: { zh: string; en: string } }[] };
    expect(check).toMatchObject({ isComplete: false, isActivated: true, needsWaiver: false, deadline: '2023-03-24T16:00:00.000Z' });
    const pointers = [
      '/areaType',
      '/exhibitorKind',
      '/fasciaName',
      '/contact',
      '/wishedBoothType',
      '/wishedAreaDm2',
      '/exhibits',
      '/regionCode',
    ];
    expect(check.missing.map(({ pointer }) => pointer)).toEqual(pointers);
    expect(check.missing.every(({ code, detail }) => code === 'required' && detail.zh !== '' && detail.en !== '')).toBe(true);
    const refused = await exhibitor.post(applicationAt(id, '/submit'));
    expect(refused).toMatchObject(refusal(422, 'application.incomplete'));
    expect(fields(refused.body)).toEqual(pointers.map(pointer => `${pointer} required`));
  });

  it('accepts a complete draft', async () => {
    const { id } = await draft();
    expect((await exhibitor.get(applicationAt(id, '/self-check'))).body).toMatchObject({ isComplete: true, missing: [] });
  });
});

describe('submitting', () => {
  it('gives a number, publishes an event, and passes the application on', async () => {
    const first = await submitted();
    const second = await submitted();
    expect(first).toMatchObject({
      status: 'submitted',
      isLate: false,
      submittedAt: '2023-03-01T01:00:00.000Z',
      allowedActions: ['withdraw'],
    });
    expect(first.number).toMatch(/^21-\d{6}$/);
    expect(Number(second.number?.slice(3))).toBe(Number(first.number?.slice(3)) + 1);
    const published = (await service.events(applicationSubmitted)).filter(event => event.applicationId === first.id);
    expect(published).toEqual([
      {
        applicationId: first.id,
        editionId: edition.editionId,
        organisationId,
        boardId: edition.generalId,
        regionCode: null,
        areaType: 'general',
        late: false,
      },
    ]);
  });

  it('uses no number for a submission that is refused', async () => {
    const last = Number((await submitted()).number?.slice(3));
    const { id } = await draft({ exhibits: [] });
    expect((await exhibitor.post(applicationAt(id, '/submit'))).status).toBe(422);
    expect(Number((await submitted()).number?.slice(3))).toBe(last + 1);
  });

  it('is for activated organisations only', async () => {
    const stranger = service.as({ roles: ['organisation_admin'], organisationId: newId() });
    const { id } = await aDraft(stranger, edition.editionId, edition.generalId);
    expect(await stranger.post(applicationAt(id, '/submit'))).toMatchObject(refusal(409, 'organisation.not_activated'));
  });

  it('is possible until the last second of the deadline', async () => {
    const [inTimeDraft, late] = [await draft(), await draft()];
    service.clock.set('2023-03-24T23:59:59+08:00');
    expect((await exhibitor.post(applicationAt(inTimeDraft.id, '/submit'))).status).toBe(200);
    service.clock.set('2023-03-25T00:00:00+08:00');
    expect(await exhibitor.post(applicationAt(late.id, '/submit'))).toMatchObject(
      refusal(409, 'application.deadline_passed', { deadline: '2023-03-24T16:00:00.000Z' }),
    );
  });

  it('follows the deadline when the organizer moves it', async () => {
    const other = await anOpenEdition(service);
    const [milestone] = await service.query<{ id: string }>('SELECT id FROM known_milestones WHERE edition_id = $1', [other.editionId]);
    const { id } = await aDraft(exhibitor, other.editionId, other.generalId);
    const move = (at: string, aggregateVersion: number) =>
      service.receive(
        milestoneSet,
        { milestoneId: milestone?.id ?? '', editionId: other.editionId, kind: 'exhibition_application_deadline', at },
        { aggregateVersion },
      );
    service.clock.set('2023-03-27T10:00:00+08:00');
    expect((await exhibitor.post(applicationAt(id, '/submit'))).status).toBe(409);
    await move('2023-04-01T00:00:00+08:00', 3);
    await move('2023-03-20T00:00:00+08:00', 2);
    expect((await exhibitor.post(applicationAt(id, '/submit'))).status).toBe(200);
  });

  it('is not possible while the edition has no deadline', async () => {
    const other = await anOpenEdition(service);
    await service.query('DELETE FROM known_milestones WHERE edition_id = $1', [other.editionId]);
    const { id } = await aDraft(exhibitor, other.editionId, other.generalId);
    expect(await exhibitor.post(applicationAt(id, '/submit'))).toMatchObject(refusal(409, 'application.not_open'));
  });

  it('happens once', async () => {
    const { id } = await submitted();
    expect(await exhibitor.post(applicationAt(id, '/submit'))).toMatchObject(
      refusal(409, 'application.wrong_state', { allowedActions: ['withdraw'] }),
    );
  });
});

describe('the version that the applicant has read', () => {
  it('is optional, but counts if it is sent', async () => {
    const { id, version } = await draft();
    const changed = good(await exhibitor.patch(applicationAt(id), { wishedAreaDm2: 1_800 }, { ifMatch: version }));
    for (const verb of ['/submit', '/withdraw']) {
      expect(await exhibitor.post(applicationAt(id, verb), {}, { ifMatch: version })).toMatchObject(refusal(412, 'resource.changed'));
    }
    const submitted = good(await exhibitor.post(applicationAt(id, '/submit'), {}, { ifMatch: changed.version }));
    expect(good(await exhibitor.post(applicationAt(id, '/withdraw'), {}, { ifMatch: submitted.version }))).toMatchObject({
      status: 'withdrawn',
    });
  });
});

describe('withdrawing', () => {
  it('ends a draft without an event', async () => {
    const { id } = await draft();
    const before = (await service.events(applicationWithdrawn)).length;
    expect(good(await exhibitor.post(applicationAt(id, '/withdraw')))).toMatchObject({
      status: 'withdrawn',
      number: null,
      allowedActions: [],
    });
    expect(await service.events(applicationWithdrawn)).toHaveLength(before);
    expect(await organizer.get(applicationAt(id))).toMatchObject(refusal(404, 'application.not_found'));
  });

  it('ends a submitted application, once', async () => {
    const { id } = await submitted();
    expect(good(await exhibitor.post(applicationAt(id, '/withdraw')))).toMatchObject({ status: 'withdrawn' });
    expect(await exhibitor.post(applicationAt(id, '/withdraw'))).toMatchObject(
      refusal(409, 'application.wrong_state', { allowedActions: [] }),
    );
    expect((await service.events(applicationWithdrawn)).filter(({ applicationId }) => applicationId === id)).toHaveLength(1);
  });
});

describe('access', () => {
  it('shows an exhibitor its own applications only', async () => {
    const mine = await submitted();
    const { exhibitor: neighbour } = await anExhibitor(service);
    await aSubmitted(neighbour, edition.editionId, edition.generalId);
    const { body } = await exhibitor.get('/v1/exhibition/applications');
    expect((body as { items: { id: string }[] }).items.map(({ id }) => id)).toEqual([mine.id]);
    for (const call of [
      neighbour.get(applicationAt(mine.id)),
      neighbour.get(applicationAt(mine.id, '/self-check')),
      neighbour.patch(applicationAt(mine.id), { wishedAreaDm2: 100 }, { ifMatch: mine.version }),
      neighbour.post(applicationAt(mine.id, '/submit')),
      neighbour.post(applicationAt(mine.id, '/withdraw')),
    ]) {
      expect(await call).toMatchObject(refusal(404, 'application.not_found'));
    }
  });

  it('requires a token, a permission and an organisation', async () => {
    const { id } = await draft();
    expect((await service.anonymous.get(applicationAt(id))).status).toBe(401);
    expect(await service.as({ roles: ['finance_clerk'] }).get(applicationAt(id))).toMatchObject(refusal(403, 'permission.missing'));
    expect(await organizer.post('/v1/exhibition/applications', formBody(edition.editionId, edition.generalId))).toMatchObject(
      refusal(403, 'permission.missing'),
    );
    const homeless = service.as({ roles: ['individual'] });
    expect(await homeless.get(applicationAt(id))).toMatchObject(refusal(403, 'organisation.missing'));
  });

  it('hides drafts from everybody else', async () => {
    const { id } = await draft();
    for (const caller of [organizer, service.as({ roles: ['auditor'] })]) expect((await caller.get(applicationAt(id))).status).toBe(404);
  });

  it('refuses malformed and unknown ids', async () => {
    expect(await exhibitor.get('/v1/exhibition/applications/42')).toMatchObject(refusal(400, 'id.malformed'));
    expect(await exhibitor.get(applicationAt(newId()))).toMatchObject(refusal(404, 'application.not_found'));
  });
});

describe('the list', () => {
  it('filters, searches and counts consistently', async () => {
    const { editionId, generalId, regionalId } = await anOpenEdition(service);
    const name = (zh: string, en: string) => ({ fasciaName: { zh, en } });
    const optics = await aSubmitted(exhibitor, editionId, generalId, {
      ...name('光学研究院', 'Optics Institute'),
      exhibitorKind: 'research_institute',
    });
    const steel = await aSubmitted(exhibitor, editionId, regionalId, { ...regionalFields, ...name('东北钢铁集团', '100% Steel_Works') });
    const drafted = await aDraft(exhibitor, editionId, generalId, name('草稿光学', 'Draft Optics'));
    const gone = await aSubmitted(exhibitor, editionId, regionalId, {
      ...regionalFields,
      regionCode: '220000',
      ...name('吉林大学', 'Jilin University'),
    });
    good(await exhibitor.post(applicationAt(gone.id, '/withdraw')));

    const ask = async (query: object) => {
      const asked = { editionId, ...query };
      const list = good<{ items: { id: string; status: string }[]; total: number }>(
        await organizer.get('/v1/exhibition/applications', { query: { ...asked, count: 'true' } }),
      );
      const counts = good<{ total: number; byStatus: Record<string, number> }>(
        await organizer.get('/v1/exhibition/applications/counts', { query: asked }),
      );
      expect(counts.total).toBe(list.items.length);
      expect(list.total).toBe(list.items.length);
      for (const [status, count] of Object.entries(counts.byStatus))
        expect(list.items.filter(item => item.status === status)).toHaveLength(count);
      return new Set(list.items.map(({ id }) => id));
    };
    expect(await ask({})).toEqual(new Set([optics.id, steel.id, gone.id]));
    expect(await ask({ status: 'submitted' })).toEqual(new Set([optics.id, steel.id]));
    expect(await ask({ status: 'submitted,withdrawn', boardId: regionalId })).toEqual(new Set([steel.id, gone.id]));
    expect(await ask({ regionCode: '220000' })).toEqual(new Set([gone.id]));
    expect(await ask({ areaType: 'general' })).toEqual(new Set([optics.id]));
    expect(await ask({ exhibitorKind: 'research_institute' })).toEqual(new Set([optics.id]));
    expect(await ask({ late: 'true' })).toEqual(new Set());
    expect(await ask({ endorsed: 'false', organisationId })).toEqual(new Set([optics.id, steel.id, gone.id]));
    expect(await ask({ q: '光学' })).toEqual(new Set([optics.id]));
    expect(await ask({ q: 'sTEEL_' })).toEqual(new Set([steel.id]));
    expect(await ask({ q: '100%' })).toEqual(new Set([steel.id]));
    expect(await ask({ q: optics.number })).toEqual(new Set([optics.id]));
    const own = good<{ total: number; byStatus: object }>(
      await exhibitor.get('/v1/exhibition/applications/counts', { query: { editionId } }),
    );
    expect(own).toMatchObject({ total: 4, byStatus: { draft: 1, submitted: 2, withdrawn: 1 } });
    expect(drafted.status).toBe('draft');
  });

  it('returns names in one language on request', async () => {
    const { id } = await submitted();
    for (const [lang, name] of [
      ['zh', '北方精密仪器有限公司'],
      ['en', 'Northern Precision Instruments'],
    ] as const) {
      expect((await exhibitor.get(applicationAt(id), { query: { lang } })).body).toMatchObject({ fasciaName: name });
      const list = await exhibitor.get('/v1/exhibition/applications', { query: { lang } });
      expect((list.body as { items: object[] }).items).toMatchObject([{ fasciaName: name }]);
    }
    expect((await exhibitor.get(applicationAt(id), { query: { lang: 'fr' } })).status).toBe(400);
  });

  it('is paginated in the requested order', async () => {
    const { editionId, generalId } = await anOpenEdition(service);
    const numbers: (string | null)[] = [];
    for (let count = 0; count < 3; count += 1) numbers.push((await aSubmitted(exhibitor, editionId, generalId)).number);
    const read: (string | null)[] = [];
    for (let cursor: string | undefined, more = true; more;) {
      const page = good<{ items: { number: string }[]; nextCursor: string | null }>(
        await organizer.get('/v1/exhibition/applications', { query: { editionId, limit: 2, sort: 'number', ...(cursor && { cursor }) } }),
      );
      read.push(...page.items.map(({ number }) => number));
      cursor = page.nextCursor ?? undefined;
      more = cursor !== undefined;
    }
    expect(read).toEqual(numbers);
  });

  it.each([{ status: 'lost' }, { boardId: 'x' }, { late: 'perhaps' }, { sort: 'contact' }, { limit: 0 }, { unknown: 1 }])(
    'refuses %j',
    async query => {
      expect((await organizer.get('/v1/exhibition/applications', { query })).status).toBe(400);
    },
  );
});

describe('the export', () => {
  it('is a CSV file without formulas', async () => {
    const { editionId, generalId } = await anOpenEdition(service);
    const { number } = await aSubmitted(exhibitor, editionId, generalId, {
      fasciaName: { zh: '=HYPERLINK("http://x","点")', en: 'Say "hi", twice' },
    });
    const { status, text, headers } = await organizer.get('/v1/exhibition/applications/export.csv', { query: { editionId } });
    expect([status, headers['content-type'], headers['content-disposition']]).toEqual([
      200,
      'text/csv; charset=utf-8',
      "attachment; filename*=UTF-8''applications.csv",
    ]);
    const [header = '', row = '', end] = text.split('\n');
    expect(header).toMatch(/^\uFEFF"number","status","board",/);
    expect(row).toContain(`"${number}","submitted",`);
    expect(row).toContain(`"'=HYPERLINK(""http://x"",""点"")"`);
    expect(row).toContain('"Say ""hi"", twice"');
    expect(row).toContain(`"${legal.name.zh}","${legal.name.en}","${legal.creditCode}",,`);
    expect(end).toBe('');
  });

  it('is for the working groups', async () => {
    for (const role of ['organisation_admin', 'province_partner', 'zone_undertaker', 'auditor'] as const) {
      expect(
        (await service.as({ roles: [role], organisationId, regionCode: '210000' }).get('/v1/exhibition/applications/export.csv')).status,
      ).toBe(403);
    }
  });
});

describe('another service', () => {
  it('gets the label of an application from here, and nobody else does', async () => {
    const { id, number, boardCode, boardName } = await submitted();
    expect(await labelOf(service, 'application', id)).toEqual({ number, boardCode, boardName });
    expect(await labelOf(service, 'application', (await draft()).id)).toEqual({ number: null, boardCode, boardName });
    expect(await labelOf(service, 'application', newId())).toBeUndefined();
  });
});
