import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { agreementSealRefused, agreementSealVerified, organisationRenamed } from '@ciep/contracts';
import { newId } from '@ciep/kernel';
import { FileStore, PlatformSettings, type KnownFile } from '@ciep/platform';
import { aPdf, startService, type Api, type TestService } from '@ciep/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { extractText, getDocumentProxy } from 'unpdf';
import { exhibition } from '../src/exhibition.module.js';
import {
  anApproved,
  anExhibitor,
  anOpenEdition,
  applicationAt,
  aScan,
  aSubmitted,
  good,
  inTime,
  legal,
  partnerOf,
  pdfFile,
} from './booking.factory.js';
import { aBooth, organizerOf } from './exhibition.factory.js';

const uploads = '/v1/exhibition/uploads';
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const jpeg = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AN//Z',
  'base64',
);
const mebibyte = 1024 * 1024;

let service: TestService;
let edition: { editionId: string; generalId: string };
let organisationId: string;
let exhibitor: Api;
let organizer: Api;

beforeAll(async () => {
  service = await startService(exhibition);
  organizer = organizerOf(service);
  edition = await anOpenEdition(service);
});

beforeEach(async () => {
  service.clock.set(inTime);
  ({ organisationId, exhibitor } = await anExhibitor(service));
});

const refusal = (status: number, code: string, events: object = {}) => ({
  status,
  body: expect.objectContaining({ code, ...events }) as unknown,
});
const approved = () => anApproved(service, exhibitor, edition);
const at = (id: string, verb = '') => applicationAt(id, `/agreement${verb}`);
const send = (id: string, verb: string, body: object, ifMatch: number) => organizer.post(at(id, `/${verb}`), body, { ifMatch });
const sha256 = (content: Buffer, encoding: 'hex' | 'base64') => createHash('sha256').update(content).digest(encoding);
const fileOf = async (by: Api, path: string): Promise<{ status: number; bytes: Buffer; headers: Record<string, string> }> => {
  const { status, body, headers } = await by.get(path);
  return { status, bytes: Buffer.isBuffer(body) ? body : Buffer.from([]), headers: headers };
};
const textOf = async (bytes: Buffer): Promise<string> =>
  (await extractText(await getDocumentProxy(new Uint8Array(bytes)), { mergePages: true })).text;
const storedUploads = async () => Number((await service.query<{ count: string }>('SELECT count(*) FROM uploads'))[0]?.count);

describe('the agreement', () => {
  it('is a PDF with the data of the applicant, in Chinese and English', async () => {
    const { id, number, booth } = await approved();
    const { status, bytes, headers } = await fileOf(exhibitor, `${applicationAt(id)}/agreement.pdf`);
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, 'application/pdf', 'no-store']);
    const text = await textOf(bytes);
    for (const part of [
      '展位确认协议',
      '北方精密仪器有限公司',
      'Northern Precision Instruments',
      number,
      booth?.boothNumber,
      '标准展位',
      '9 m²',
      '加盖单位公章',
      '联系人甲',
    ]) {
      expect(text).toContain(part);
    }
    const { bytes: again } = await fileOf(organizer, `${applicationAt(id)}/agreement.pdf`);
    expect(again.equals(bytes)).toBe(true);
  });

  it('is made with the legal organisation, and keeps its name when it changes', async () => {
    const { id } = await approved();
    const pdf = async () => textOf((await fileOf(exhibitor, `${applicationAt(id)}/agreement.pdf`)).bytes);
    const before = await pdf();
    for (const part of [`乙方 Party B：${legal.name.zh}`, legal.name.en, legal.creditCode, '楣板名称 Fascia name：北方精密仪器有限公司']) {
      expect(before).toContain(part);
    }
    await service.receive(
      organisationRenamed,
      {
        organisationId,
        origin: 'foreign',
        kind: 'enterprise',
        regionCode: null,
        name: { zh: '新名称', en: 'New name' },
        registerNumber: 'LEI 5493001',
      },
      { aggregateVersion: 3 },
    );
    expect(await pdf()).toBe(before);
    const next = await approved();
    const text = await textOf((await fileOf(exhibitor, `${applicationAt(next.id)}/agreement.pdf`)).bytes);
    for (const part of ['乙方 Party B：新名称 New name', 'LEI 5493001']) expect(text).toContain(part);
  });

  it('keeps its versions', async () => {
    const { id, version, booth } = await approved();
    const boothId = await aBooth(service, edition.editionId, edition.generalId);
    const swapped = good(await organizer.post(applicationAt(id, '/swap-booth'), { boothId }, { ifMatch: version }));
    const pdf = async (query = '') => textOf((await fileOf(exhibitor, `${applicationAt(id)}/agreement.pdf${query}`)).bytes);
    expect(await pdf()).toContain(swapped.booth?.boothNumber);
    expect(await pdf('?textVersion=1')).toContain(booth?.boothNumber);
    expect(await pdf('?textVersion=1')).not.toContain(swapped.booth?.boothNumber);
    expect((await exhibitor.get(`${applicationAt(id)}/agreement.pdf?textVersion=3`)).status).toBe(404);
  });

  it('exists from the approval on, for its exhibitor and the organizer', async () => {
    const { id: pending } = await aSubmitted(exhibitor, edition.editionId, edition.generalId);
    expect(await exhibitor.get(at(pending))).toMatchObject(refusal(404, 'agreement.not_found'));
    const { id } = await approved();
    expect(good<object>(await exhibitor.get(at(id)))).toMatchObject({
      id,
      version: 1,
      status: 'awaiting_scan',
      textVersion: 1,
      scans: [],
      allowedActions: ['add_scan', 'log_posting'],
    });
    expect(good<object>(await organizer.get(at(id)))).toMatchObject({ allowedActions: ['log_receipt'] });
    const { exhibitor: neighbour } = await anExhibitor(service);
    for (const path of [at(id), `${applicationAt(id)}/agreement.pdf`]) {
      expect((await neighbour.get(path)).status).toBe(404);
      expect((await partnerOf(service).get(path)).status).toBe(403);
      expect((await service.anonymous.get(path)).status).toBe(401);
    }
  });
});

describe('an upload', () => {
  it.each([
    ['application/pdf', pdfFile()],
    ['image/png', png],
    ['image/jpeg', jpeg],
  ])('accepts %s', async (mediaType, content) => {
    const response = await exhibitor.upload(uploads, content, mediaType, {
      headers: { 'content-digest': `sha-256=:${sha256(content, 'base64')}:` },
    });
    expect(response).toMatchObject({ status: 201, body: { mediaType, size: content.length, sha256: sha256(content, 'hex') } });
  });

  it('takes the largest scan that is allowed, and not a byte more', async () => {
    const roomy = aPdf(Buffer.alloc(20 * mebibyte - 1000, 32));
    const largest = Buffer.concat([roomy, Buffer.alloc(20 * mebibyte - roomy.length, 32)]);
    expect((await exhibitor.upload(uploads, largest, 'application/pdf')).status).toBe(201);
    const before = await storedUploads();
    const tooLarge = await exhibitor.upload(uploads, Buffer.concat([largest, Buffer.from(' ')]), 'application/pdf');
    expect(tooLarge).toMatchObject(refusal(422, 'file.too_large'));
    expect(await storedUploads()).toBe(before);
  });

  it.each([
    ['a text that says it is a PDF', Buffer.from('just words'), 'application/pdf', 'upload.type_unsupported'],
    ['nothing', Buffer.from(''), 'application/pdf', 'upload.type_unsupported'],
    ['a picture that says it is a PDF', png, 'application/pdf', 'upload.type_differs'],
    ['a web page with a PDF name', Buffer.from('<html><script>alert(1)</script></html>'), 'image/png', 'upload.type_unsupported'],
  ])('refuses %s', async (_, content, mediaType, code) => {
    const before = await storedUploads();
    expect(await exhibitor.upload(uploads, content, mediaType)).toMatchObject(refusal(422, code));
    expect(await storedUploads()).toBe(before);
  });

  it('refuses a file that changed in transit, and a malformed digest', async () => {
    const digest = sha256(Buffer.from('another file'), 'base64');
    expect(
      await exhibitor.upload(uploads, pdfFile(), 'application/pdf', { headers: { 'content-digest': `sha-256=:${digest}:` } }),
    ).toMatchObject(refusal(422, 'upload.digest_differs', { sha256: sha256(pdfFile(), 'hex') }));
    expect(await exhibitor.upload(`${uploads}?sha256=${'0'.repeat(64)}`, pdfFile(), 'application/pdf')).toMatchObject(
      refusal(422, 'upload.digest_differs'),
    );
    expect((await exhibitor.upload(`${uploads}?sha256=${sha256(pdfFile(), 'hex')}`, pdfFile(), 'application/pdf')).status).toBe(201);
    expect(await exhibitor.upload(uploads, pdfFile(), 'application/pdf', { headers: { 'content-digest': 'md5=:abc:' } })).toMatchObject(
      refusal(400, 'digest.malformed'),
    );
    expect((await exhibitor.upload(`${uploads}?sha256=abc`, pdfFile(), 'application/pdf')).status).toBe(400);
  });

  it('refuses other media types and other people', async () => {
    expect((await exhibitor.upload(uploads, Buffer.from('PK'), 'application/zip')).status).toBe(415);
    expect((await organizer.upload(uploads, pdfFile(), 'application/pdf')).status).toBe(403);
    expect((await service.anonymous.upload(uploads, pdfFile(), 'application/pdf')).status).toBe(401);
  });

  it('is deleted if it is not used within a day', async () => {
    await service.query('UPDATE uploads SET is_used = true');
    const { id } = await approved();
    await aScan(exhibitor, id);
    const { id: uploadId } = good(await exhibitor.upload(uploads, pdfFile('forgotten'), 'application/pdf'), 201);
    const [upload] = await service.query<KnownFile>('SELECT file_key AS key, size::int, sha256 FROM uploads WHERE id = $1', [uploadId]);
    const bytes = async () => buffer(await service.find(FileStore).read(upload ?? { key: '', size: 0, sha256: '' }));
    const rows = await storedUploads();
    await service.runJobs();
    expect([await storedUploads(), (await bytes()).equals(pdfFile('forgotten'))]).toEqual([rows, true]);
    service.clock.set('2023-03-02T09:00:01+08:00');
    await service.runJobs();
    expect(await storedUploads()).toBe(rows - 1);
    await expect(bytes()).rejects.toMatchObject({ damage: 'missing' });
    const { scans } = good<{ scans: { id: string }[] }>(await exhibitor.get(at(id)));
    expect((await fileOf(exhibitor, at(id, `/scans/${scans[0]?.id}`))).bytes.equals(pdfFile())).toBe(true);
  });
});

describe('a stamped scan', () => {
  it('is attached, stored, and readable by its exhibitor and the organizer only', async () => {
    const { id } = await approved();
    const { scans } = await aScan(exhibitor, id);
    expect(scans).toMatchObject([
      { textVersion: 1, mediaType: 'application/pdf', size: pdfFile().length, sha256: sha256(pdfFile(), 'hex'), verdict: 'pending' },
    ]);
    const path = at(id, `/scans/${scans[0]?.id}`);
    for (const by of [exhibitor, organizer]) {
      const { status, bytes, headers } = await fileOf(by, path);
      expect([status, headers['content-type'], headers['x-content-type-options']]).toEqual([200, 'application/pdf', 'nosniff']);
      expect(bytes.equals(pdfFile())).toBe(true);
    }
    const { exhibitor: neighbour } = await anExhibitor(service);
    expect((await neighbour.get(path)).status).toBe(404);
    expect((await partnerOf(service).get(path)).status).toBe(403);
    expect((await exhibitor.get(at(id, `/scans/${newId()}`))).status).toBe(404);
    const { text } = await exhibitor.get(at(id));
    expect(text).not.toContain('fileKey');
  });

  it.each<[string, string, (path: string) => void]>([
    ['a flipped byte', 'file.damaged', path => writeFileSync(path, readFileSync(path).fill(33, 9, 10))],
    ['an end that is cut', 'file.damaged', path => truncateSync(path, pdfFile().length - 1)],
    ['something behind it', 'file.damaged', path => appendFileSync(path, 'more')],
    ['no file any more', 'file.missing', path => rmSync(path)],
  ])('with %s in the store is answered with a problem, never with other bytes', async (_, code, harm) => {
    const { id } = await approved();
    const { scans } = await aScan(exhibitor, id);
    const [kept] = await service.query<{ key: string }>(`SELECT scans->0->>'fileKey' AS key FROM agreements WHERE id = $1`, [id]);
    harm(join(service.find(PlatformSettings).dataDir, 'files/exhibition', kept?.key ?? ''));
    for (const by of [exhibitor, organizer]) {
      expect(await by.get(at(id, `/scans/${scans[0]?.id}`))).toMatchObject(refusal(503, code));
    }
  });

  it('is replaced by a newer one; both are kept', async () => {
    const { id } = await approved();
    await aScan(exhibitor, id);
    expect((await aScan(exhibitor, id, pdfFile('again'))).scans).toMatchObject([{ verdict: 'superseded' }, { verdict: 'pending' }]);
  });

  it('needs an unused upload of the same organisation', async () => {
    const [first, second] = [await approved(), await approved()];
    const { id: uploadId } = good(await exhibitor.upload(uploads, pdfFile(), 'application/pdf'), 201);
    const attach = (by: Api, id: string) => by.post(at(id, '/scans'), { uploadId });
    const { exhibitor: neighbour } = await anExhibitor(service);
    const foreign = await anApproved(service, neighbour, edition);
    expect(await attach(neighbour, first.id)).toMatchObject(refusal(404, 'agreement.not_found'));
    expect(await attach(neighbour, foreign.id)).toMatchObject(
      refusal(422, 'body.invalid', { errors: [expect.objectContaining({ pointer: '/uploadId', code: 'unknown' })] }),
    );
    good(await attach(exhibitor, first.id), 201);
    expect(await attach(exhibitor, second.id)).toMatchObject(refusal(409, 'upload.used'));
    expect(good<object>(await exhibitor.get(at(second.id)))).toMatchObject({ version: 1, scans: [] });
    expect((await exhibitor.post(at(first.id, '/scans'), {})).status).toBe(422);
  });
});

describe('the posted original', () => {
  it('is logged by the exhibitor with tracking number and day, and by the organizer with the day of receipt', async () => {
    const { id } = await approved();
    const posted = good<{ version: number }>(
      await exhibitor.post(at(id, '/log-posting'), { trackingNumber: 'SF1234567890', postedOn: '2023-03-01' }),
    );
    expect(posted).toMatchObject({ trackingNumber: 'SF1234567890', postedOn: '2023-03-01', receivedOn: null });
    service.clock.set('2023-03-04T09:00:00+08:00');
    expect(good<object>(await send(id, 'log-receipt', { receivedOn: '2023-03-03' }, posted.version))).toMatchObject({
      receivedOn: '2023-03-03',
      trackingNumber: 'SF1234567890',
    });
  });

  it('cannot be logged for a future day, nor by the other party', async () => {
    const { id } = await approved();
    expect(await exhibitor.post(at(id, '/log-posting'), { trackingNumber: 'SF1', postedOn: '2023-03-02' })).toMatchObject(
      refusal(422, 'agreement.date_in_future'),
    );
    expect(await send(id, 'log-receipt', { receivedOn: '2023-03-02' }, 1)).toMatchObject(refusal(422, 'agreement.date_in_future'));
    expect((await exhibitor.post(at(id, '/log-posting'), { trackingNumber: '<b>', postedOn: '2023-03-01' })).status).toBe(422);
    expect((await exhibitor.post(at(id, '/log-posting'), { trackingNumber: 'SF1', postedOn: '2023-02-31' })).status).toBe(422);
    expect((await organizer.post(at(id, '/log-posting'), { trackingNumber: 'SF1', postedOn: '2023-03-01' })).status).toBe(403);
    expect((await exhibitor.post(at(id, '/log-receipt'), { receivedOn: '2023-03-01' }, { ifMatch: 1 })).status).toBe(403);
    expect((await organizer.post(at(id, '/log-receipt'), { receivedOn: '2023-03-01' })).status).toBe(428);
  });
});

describe('the seal', () => {
  it('is verified, which publishes an event', async () => {
    const { id } = await approved();
    const { version } = await aScan(exhibitor, id);
    expect(good<object>(await send(id, 'verify-seal', {}, version))).toMatchObject({
      status: 'seal_verified',
      scans: [{ verdict: 'verified', decidedAt: '2023-03-01T01:00:00.000Z' }],
    });
    expect((await service.events(agreementSealVerified)).filter(event => event.applicationId === id)).toMatchObject([
      { agreementVersion: 1, organisationId },
    ]);
    expect(good(await exhibitor.get(applicationAt(id)))).toMatchObject({ status: 'approved', isSealVerified: true });
  });

  it('is refused with a reason, and the next scan may pass', async () => {
    const { id } = await approved();
    const { version } = await aScan(exhibitor, id);
    const refused = good<{ version: number }>(await send(id, 'refuse-seal', { reason: '公章不清晰' }, version));
    expect(refused).toMatchObject({ status: 'seal_refused', scans: [{ verdict: 'refused', reason: '公章不清晰' }] });
    expect((await service.events(agreementSealRefused)).filter(event => event.applicationId === id)).toHaveLength(1);
    expect(await send(id, 'verify-seal', {}, refused.version)).toMatchObject(
      refusal(409, 'agreement.wrong_state', { state: 'seal_refused', allowedActions: ['log_receipt'] }),
    );
    const next = await aScan(exhibitor, id, pdfFile('clear'));
    expect(good<object>(await send(id, 'verify-seal', {}, next.version))).toMatchObject({
      scans: [{ verdict: 'refused' }, { verdict: 'verified' }],
    });
    const { id: uploadId } = good(await exhibitor.upload(uploads, pdfFile(), 'application/pdf'), 201);
    expect(await exhibitor.post(at(id, '/scans'), { uploadId })).toMatchObject(
      refusal(409, 'agreement.wrong_state', { allowedActions: ['log_posting'] }),
    );
  });

  it('is decided about a scan, for the version that was read, by the Shenzhen working group', async () => {
    const { id } = await approved();
    expect(await send(id, 'verify-seal', {}, 1)).toMatchObject(
      refusal(409, 'agreement.wrong_state', { state: 'awaiting_scan', attempted: 'verify_seal' }),
    );
    expect(good(await organizer.get(applicationAt(id)))).toMatchObject({ isSealVerified: false });
    const { version } = await aScan(exhibitor, id);
    for (const verb of ['verify-seal', 'refuse-seal']) {
      const body = verb === 'refuse-seal' ? { reason: 'x' } : {};
      expect(await organizer.post(at(id, `/${verb}`), body)).toMatchObject(refusal(428, 'if_match.required'));
      expect(await send(id, verb, body, version - 1)).toMatchObject(refusal(412, 'resource.changed'));
      expect(await send(newId(), verb, body, 1)).toMatchObject(refusal(404, 'agreement.not_found'));
      for (const role of ['beijing_working_group', 'zone_undertaker', 'organisation_admin', 'province_partner'] as const) {
        const by = service.as({ roles: [role], organisationId, regionCode: '210000' });
        expect(await by.post(at(id, `/${verb}`), body, { ifMatch: version })).toMatchObject(refusal(403, 'permission.missing'));
      }
    }
    expect(await send(id, 'refuse-seal', {}, version)).toMatchObject(refusal(422, 'body.invalid'));
  });

  it('cannot be decided once the booth is gone', async () => {
    const { id } = await approved();
    await aScan(exhibitor, id);
    good(await exhibitor.post(applicationAt(id, '/withdraw')));
    const { version } = good(await organizer.get(at(id)));
    expect(await send(id, 'verify-seal', {}, version)).toMatchObject(
      refusal(409, 'agreement.wrong_state', { state: 'closed', allowedActions: [] }),
    );
  });
});
