import { readdirSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { deflateSync, gzipSync } from 'node:zlib';
import { PlatformSettings } from '@ciep/platform';
import { aPdf, eventually, pdfOf, startService, type Api, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { exhibition } from '../src/exhibition.module.js';
import { anExhibitor } from './booking.factory.js';
import {
  billionLaughs,
  billionPages,
  encryptedPdf,
  gigabytePacked,
  jpeg,
  noise,
  objectStreams,
  packedObjects,
  pdfOfBeginnings,
  pdfThat,
  pdfWith,
  photo,
  png,
  pngOfChunks,
  scripted,
  whitePng,
  zip,
} from './hostile-files.factory.js';

/** Hostile files: against their readers, those who open them later, or the disk. */
const uploads = '/v1/exhibition/uploads';
const mebibyte = 1024 * 1024;
const quickly = 5_000;
const bomb = gigabytePacked();
const pdf = pdfWith(deflateSync(noise(2_000)));
/** A scan of the largest allowed size, compressed and uncompressed. */
const largest = pdfWith(Buffer.concat([deflateSync(Buffer.alloc(250 * mebibyte)), noise(19 * mebibyte)]));
const archive = zip('evil.html', Buffer.from('<script>alert(1)</script>'));
const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
const html = Buffer.from('<!doctype html><script>alert(1)</script>');

let service: TestService;
let exhibitor: Api;
let token: string;
let rssBefore: number;

beforeAll(async () => {
  service = await startService(exhibition);
  const { organisationId, exhibitor: api } = await anExhibitor(service);
  exhibitor = api;
  token = await service.token({ roles: ['organisation_admin'], organisationId });
  for (const honest of [largest, pdf]) expect((await exhibitor.upload(uploads, honest, 'application/pdf')).status).toBe(201);
  await forgetUploads();
  rssBefore = process.memoryUsage().rss;
});

/**
 * Expects an attempt to end within five seconds. If a busy machine makes honest work as slow, it may take four times as long as the largest
 * honest scan right before it.
 */
async function promptly(attempt: () => Promise<void>): Promise<void> {
  if ((await timed(attempt)) < quickly) return;
  const honest = await timed(async () => expect((await exhibitor.upload(uploads, largest, 'application/pdf')).status).toBe(201));
  await forgetUploads();
  expect(await timed(attempt)).toBeLessThan(Math.max(quickly, 4 * honest));
}

async function timed(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

const filesFolder = (): string => join(service.find(PlatformSettings).dataDir, 'files/exhibition');
/** The files on the disk, and the rows in the database. */
const left = async () => ({
  files: readdirSync(filesFolder()).length,
  rows: (await service.query<{ count: number }>('SELECT count(*)::int AS count FROM uploads'))[0]?.count,
});
const nothingLeft = () => eventually(async () => expect(await left()).toEqual({ files: 0, rows: 0 }));
/** Advances by two days, after which unused files are removed. */
async function forgetUploads(): Promise<void> {
  await service.query(`UPDATE uploads SET uploaded_at = uploaded_at - interval '2 days'`);
  await service.runJobs();
  await nothingLeft();
}

const refused: readonly [string, () => Buffer | Promise<Buffer>, string, string][] = [
  ['a PDF whose one stream unpacks to a gigabyte', () => pdfWith(bomb), 'application/pdf', 'upload.unpacks_too_large'],
  [
    'a PDF with sixteen such streams',
    () => Buffer.concat(Array.from({ length: 16 }, () => pdfWith(bomb))),
    'application/pdf',
    'upload.unpacks_too_large',
  ],
  [
    'a PDF whose bomb has a hidden name of its filter',
    () => Buffer.from(pdfWith(bomb).toString('latin1').replace('/FlateDecode', '/Fl#61teDecode'), 'latin1'),
    'application/pdf',
    'upload.unpacks_too_large',
  ],
  ['a PDF whose bomb is cut off', () => pdfWith(bomb.subarray(0, bomb.length / 2)), 'application/pdf', 'upload.unpacks_too_large'],
  ['a PDF of a million beginnings', pdfOfBeginnings, 'application/pdf', 'upload.damaged'],
  ['a PDF that breaks off', () => pdf.subarray(0, -20), 'application/pdf', 'upload.damaged'],
  ['a PDF with an archive behind it', () => Buffer.concat([pdf, archive]), 'application/pdf', 'upload.damaged'],
  ['a PDF with a program behind it', () => Buffer.concat([pdf, noise(5_000)]), 'application/pdf', 'upload.damaged'],
  ['a PDF with a line of text behind it', () => Buffer.concat([pdf, Buffer.from('more\n')]), 'application/pdf', 'upload.damaged'],
  ['a PDF in which an archive lies', () => aPdf(archive), 'application/pdf', 'upload.damaged'],
  ['a PDF in which a web page lies', () => aPdf(html), 'application/pdf', 'upload.damaged'],
  ['a PDF with a web page between its parts', () => Buffer.concat([pdf, html, pdf]), 'application/pdf', 'upload.damaged'],
  ['the marks of a PDF without one', () => Buffer.from('%PDF-1.7\n%%EOF\n'), 'application/pdf', 'upload.damaged'],
  [
    'a PDF without pages',
    () => pdfOf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [] /Count 0 >>']),
    'application/pdf',
    'upload.no_pages',
  ],
  [
    'a PDF whose pages go round in a circle',
    () => pdfOf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [2 0 R] /Count 1 >>']),
    'application/pdf',
    'upload.damaged',
  ],
  ['a PDF of a billion pages', billionPages, 'application/pdf', 'upload.too_complex'],
  ['a PDF of a million brackets', () => pdfThat('', ['['.repeat(mebibyte)]), 'application/pdf', 'upload.damaged'],
  ['a PDF whose objects unpack to 200 MiB', () => pdfThat('', [packedObjects(200)]), 'application/pdf', 'upload.too_complex'],
  ['a PDF with a password', encryptedPdf, 'application/pdf', 'upload.encrypted'],
  ['a PNG that is small and unpacks to a gigabyte', () => png(1, 1, bomb), 'image/png', 'upload.unpacks_too_large'],
  ['a PNG of two billion pixels', () => png(50_000, 50_000, deflateSync(Buffer.alloc(1_000))), 'image/png', 'upload.unpacks_too_large'],
  ['a PNG of no size', () => png(0, 0, deflateSync(Buffer.alloc(1))), 'image/png', 'upload.damaged'],
  ['a PNG of nothing but chunks', pngOfChunks, 'image/png', 'upload.damaged'],
  ['a PNG that breaks off', () => whitePng(100, 100).subarray(0, -5), 'image/png', 'upload.damaged'],
  ['a PNG with an archive behind it', () => Buffer.concat([whitePng(10, 10), archive]), 'image/png', 'upload.damaged'],
  ['a PNG with a web page behind it', () => Buffer.concat([whitePng(10, 10), html]), 'image/png', 'upload.damaged'],
  ['a JPEG of four billion pixels', () => jpeg(65_535, 65_535), 'image/jpeg', 'upload.unpacks_too_large'],
  ['a JPEG that breaks off', () => jpeg(10, 10, Buffer.alloc(0)), 'image/jpeg', 'upload.damaged'],
  ['a JPEG with an archive behind it', () => Buffer.concat([jpeg(10, 10), archive]), 'image/jpeg', 'upload.damaged'],
  [
    'a JPEG that is a PDF, too',
    () =>
      Buffer.concat([
        jpeg(10, 10).subarray(0, 20),
        Buffer.from([0xff, 0xfe, 0, 12]),
        Buffer.from('%PDF-1.7\n\n'),
        jpeg(10, 10).subarray(20),
      ]),
    'image/jpeg',
    'upload.damaged',
  ],
  ['a JPEG with a byte behind it', () => Buffer.concat([jpeg(10, 10), noise(1)]), 'image/jpeg', 'upload.damaged'],
  ['a JPEG with another one behind it', () => Buffer.concat([jpeg(10, 10), jpeg(10, 10)]), 'image/jpeg', 'upload.damaged'],
  [
    'a photo with a program behind its second picture',
    () => Buffer.concat([photo(jpeg(10, 10)), noise(50)]),
    'image/jpeg',
    'upload.damaged',
  ],
  ['an archive that says it is a PDF', () => archive, 'application/pdf', 'upload.type_unsupported'],
  [
    'an archive of 100,000 bytes of zeros that says it is a picture',
    () => zip('a', Buffer.alloc(100_000)),
    'image/png',
    'upload.type_unsupported',
  ],
  ['a gigabyte in a gzip', () => gzipSync(bomb), 'application/pdf', 'upload.type_unsupported'],
  ['a gigabyte packed by itself', () => bomb, 'application/pdf', 'upload.type_unsupported'],
  ['a billion laughs as SVG', billionLaughs, 'image/png', 'upload.type_unsupported'],
  ['an SVG with a script', () => svg, 'image/jpeg', 'upload.type_unsupported'],
  ['a web page', () => html, 'application/pdf', 'upload.type_unsupported'],
  ['a web page with the mark of a PDF further down', () => Buffer.concat([html, pdf]), 'application/pdf', 'upload.type_unsupported'],
  ['nothing but zeros', () => Buffer.alloc(mebibyte), 'application/pdf', 'upload.type_unsupported'],
  ['a PNG that says it is a PDF', () => whitePng(10, 10), 'application/pdf', 'upload.type_differs'],
  ['more than 20 MiB', () => Buffer.concat([pdf, Buffer.alloc(21 * mebibyte)]), 'application/pdf', 'file.too_large'],
];

interface Sending {
  readonly headers?: Readonly<Record<string, string>>;
  readonly send: (request: ReturnType<typeof httpRequest>) => void;
}

/** A handwritten upload: returns the answer, or how the connection ended. */
function rawUpload({ headers = {}, send }: Sending): Promise<string> {
  return new Promise(resolve => {
    const { hostname, port } = new URL(service.url);
    const request = httpRequest({
      hostname,
      port,
      path: uploads,
      method: 'POST',
      agent: false,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/pdf', ...headers },
    });
    request.once('response', (answer: IncomingMessage) => {
      text(answer).then(
        body => resolve(`${answer.statusCode} ${/"code":"([^"]+)"/.exec(body)?.[1]}`),
        () => resolve('cut off'),
      );
    });
    request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    send(request);
  });
}

describe('a hostile upload', () => {
  it('negative control: valid files are accepted', async () => {
    const good: [Buffer, string][] = [
      [pdf, 'application/pdf'],
      [pdfWith(deflateSync(Buffer.alloc(200 * mebibyte))), 'application/pdf'],
      [largest, 'application/pdf'],
      [whitePng(2_480, 3_508), 'image/png'],
      [jpeg(2_480, 3_508), 'image/jpeg'],
      [photo(jpeg(2_480, 3_508)), 'image/jpeg'],
      [await objectStreams(), 'application/pdf'],
      [pdfThat('/OpenAction [3 0 R /FitH 842]'), 'application/pdf'],
      [pdfThat('', ['<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://ciep.example) >> >>']), 'application/pdf'],
    ];
    for (const [content, mediaType] of good) expect((await exhibitor.upload(uploads, content, mediaType)).status).toBe(201);
    expect(await left()).toEqual({ files: good.length, rows: good.length });
    await forgetUploads();
  });

  it.each(refused)('is refused within five seconds and leaves nothing behind: %s', async (_what, content, mediaType, code) => {
    const bytes = await content();
    await promptly(async () => {
      const { status, body } = await exhibitor.upload(uploads, bytes, mediaType);
      expect([status, (body as { code: string }).code]).toEqual([422, code]);
    });
    await nothingLeft();
  });

  it.each<[string, string, () => Buffer | Promise<Buffer>]>([
    ['javascript', 'a script when it opens', () => pdfThat('/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>')],
    ['javascript', 'a script under a hidden name', () => pdfThat('/OpenAction << /S /Java#53cript /J#53 (x) >>')],
    [
      'javascript',
      'a named script',
      () => pdfThat('/Names << /JavaScript << /Names [(a) 5 0 R] >> >>', ['<< /S /JavaScript /JS 4 0 R >>']),
    ],
    [
      'javascript',
      'a script of a field',
      () => pdfThat('', ['<< /Type /Annot /Subtype /Widget /FT /Tx /A << /S /JavaScript /JS (x) >> >>']),
    ],
    ['javascript', 'a packed script', () => scripted(true)],
    ['javascript', 'a script that a later version replaces', () => pdfThat('', ['<< /S /JavaScript /JS (x) >>\nendobj\n5 0 obj\nnull'])],
    ['launch', 'a program to start', () => pdfThat('', ['<< /S /Launch /F (cmd.exe) >>'])],
    ['launch', 'a form that sends itself', () => pdfThat('', ['<< /S /SubmitForm /F (https://evil.example) >>'])],
    ['automatic_action', 'an address that it opens', () => pdfThat('/OpenAction 5 0 R', ['<< /S /URI /URI (https://evil.example) >>'])],
    ['automatic_action', 'an action of a page', () => pdfThat('', [], '/AA << /O << /S /URI /URI (https://evil.example) >> >>')],
    [
      'embedded_file',
      'an attachment',
      () => pdfThat('/Names << /EmbeddedFiles << /Names [(a) 5 0 R] >> >>', ['<< /Type /Filespec /F (a.exe) /EF << /F 4 0 R >> >>']),
    ],
    ['embedded_file', 'an attachment of a page', () => pdfThat('', ['<< /Type /Annot /Subtype /FileAttachment /FS (a.exe) >>'])],
    ['xfa', 'an XFA form', () => pdfThat('/AcroForm << /XFA 4 0 R >>')],
    ['rich_media', 'a film', () => pdfThat('', ['<< /Type /Annot /Subtype /RichMedia >>'])],
  ])('that is active content (%s) is refused with the reason: %s', async (found, _, content) => {
    const bytes = await content();
    expect(await exhibitor.upload(uploads, bytes, 'application/pdf')).toMatchObject({
      status: 422,
      body: { code: 'upload.active_content', found, detail: expect.stringMatching(/^The file holds /) as unknown },
    });
    await nothingLeft();
  });

  it('that hides an object in the bytes of another one is refused', async () => {
    const hiding = aPdf('9 0 obj << /S /JavaScript /JS (x) >> endobj');
    expect(await exhibitor.upload(uploads, hiding, 'application/pdf')).toMatchObject({ status: 422, body: { code: 'upload.damaged' } });
    await nothingLeft();
  });

  it.each([
    'image/svg+xml',
    'text/html',
    'application/xml',
    'text/xml',
    'application/zip',
    'application/gzip',
    'multipart/form-data; boundary=x',
    'text/csv',
  ])('is not even read if its header claims %s', async mediaType => {
    expect((await exhibitor.upload(uploads, billionLaughs(), mediaType)).status).toBe(415);
    await nothingLeft();
  });

  it('is refused if it has a content encoding', async () => {
    const { status, body } = await exhibitor.upload(uploads, gzipSync(pdf), 'application/pdf', { headers: { 'content-encoding': 'gzip' } });
    expect([status, (body as { code: string }).code]).toEqual([415, 'body.type_unsupported']);
    await nothingLeft();
  });

  it('without an end is cut off at the limit', async () => {
    const from = performance.now();
    let sent = 0;
    const ending = await rawUpload({
      send: request => {
        let isAnswered = false;
        const end = () => (isAnswered = true);
        request.once('response', end).once('close', end).write('%PDF-1.7\n');
        const more = () => {
          if (isAnswered) return;
          sent += mebibyte;
          request.write(Buffer.alloc(mebibyte, 32), more);
        };
        more();
      },
    });
    // If the connection is cut while bytes are in transit, the answer may be lost.
    expect(['422 file.too_large', 'cut off', 'ECONNRESET', 'EPIPE']).toContain(ending);
    expect(sent).toBeLessThan(60 * mebibyte);
    expect(performance.now() - from).toBeLessThan(quickly);
    await nothingLeft();
  });

  it('that is shorter than its length leaves nothing when its sender disconnects', async () => {
    await rawUpload({
      headers: { 'content-length': String(10 * mebibyte) },
      send: request => {
        request.write(pdf);
        setTimeout(() => request.destroy(), 200);
      },
    });
    await nothingLeft();
  });

  it('that is longer than its length is refused, and the rest is not parsed as a request', async () => {
    const { hostname, port } = new URL(service.url);
    const answer = await new Promise<string>(resolve => {
      const socket = connect(Number(port), hostname);
      void text(socket).then(resolve);
      socket.write(
        `POST ${uploads} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/pdf\r\nContent-Length: 10\r\n\r\n`,
      );
      socket.write(pdf);
    });
    expect(answer.trimEnd()).toMatch(/HTTP\/1\.1 400 Bad Request[\s\S]*request\.malformed[^\n]*$/);
    await nothingLeft();
  });

  it('with two lengths, or with both a length and chunks, is not a valid request', async () => {
    const { hostname, port } = new URL(service.url);
    for (const lengths of [
      'Content-Length: 5\r\nContent-Length: 6',
      'Content-Length: 5\r\nTransfer-Encoding: chunked',
      'Content-Length: -1',
      'Content-Length: 5x',
    ]) {
      const answer = await new Promise<string>(resolve => {
        const socket = connect(Number(port), hostname);
        void text(socket).then(resolve);
        socket.write(
          `POST ${uploads} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/pdf\r\n${lengths}\r\n\r\n%PDF-`,
        );
      });
      expect([lengths, answer.split('\r\n')[0]]).toEqual([lengths, 'HTTP/1.1 400 Bad Request']);
    }
    await nothingLeft();
  });

  it('needs little memory altogether, and the service stays available', async () => {
    await Promise.all(Array.from({ length: 4 }, () => exhibitor.upload(uploads, pdfWith(bomb), 'application/pdf')));
    expect(process.memoryUsage().rss - rssBefore).toBeLessThan(150 * mebibyte);
    expect((await exhibitor.upload(uploads, pdf, 'application/pdf')).status).toBe(201);
  });
});
