import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { aPdf } from '@ciep/testing';
import type { Caller } from '../../../tools/tour/caller.js';
import type { Story } from '../../../tools/tour/story.js';

/** A complete answer. */
export interface Whole {
  readonly status: number;
  readonly body: Buffer;
}

/** The method, headers and body of a request. */
interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

async function wholeOf(answer: IncomingMessage): Promise<Whole> {
  return { status: answer.statusCode ?? 0, body: await buffer(answer) };
}

/** One connection per request, so that the end of another one affects none. */
const post = (url: string, { headers, body }: Sent): ClientRequest =>
  request(url, { method: 'POST', agent: false, headers: { ...headers, 'content-length': String(body.length) } });

const answerTo = (sent: ClientRequest): Promise<Whole> => once(sent, 'response').then(([answer]) => wholeOf(answer as IncomingMessage));

/** A request that was sent: the listener at the address has received it, however long the answer takes. */
export async function departed(url: string, sent: Sent): Promise<{ readonly answer: Promise<Whole> }> {
  const parting = post(url, sent);
  const answer = answerTo(parting);
  answer.catch(() => undefined); // the caller awaits the error
  parting.end(sent.body);
  await Promise.race([once(parting, 'finish'), answer]);
  return { answer };
}

/** A request with half of its body sent. */
export class HalfSent {
  private constructor(
    private readonly request: ClientRequest,
    private readonly rest: Buffer,
    private readonly answer: Promise<Whole>,
  ) {}

  /** Resolves when the server has read the headers and asks for the body. */
  static async begin(url: string, sent: Sent): Promise<HalfSent> {
    const begun = post(url, { ...sent, headers: { ...sent.headers, expect: '100-continue' } });
    const answer = answerTo(begun);
    answer.catch(() => undefined);
    begun.flushHeaders();
    const early = await Promise.race([once(begun, 'continue').then(() => undefined), answer]);
    if (early) throw new Error(`${url} answered before it was asked: ${early.status} ${early.body.toString().slice(0, 500)}`);
    const half = Math.floor(sent.body.length / 2);
    begun.write(sent.body.subarray(0, half));
    return new HalfSent(begun, sent.body.subarray(half), answer);
  }

  finish(): Promise<Whole> {
    this.request.end(this.rest);
    return this.answer;
  }
}

/** An answer that is partly read. */
export class HalfRead {
  private constructor(
    private readonly answer: IncomingMessage,
    private readonly first: Buffer,
  ) {}

  static async begin(url: string, headers: Readonly<Record<string, string>>): Promise<HalfRead> {
    const sent = request(url, { agent: false, headers });
    sent.end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    await once(answer, 'readable');
    return new HalfRead(answer, answer.read() as Buffer);
  }

  async finish(): Promise<Whole> {
    const { status, body } = await wholeOf(this.answer);
    return { status, body: Buffer.concat([this.first, body]) };
  }
}

/** Waits until connections to an address are refused. */
export async function untilRefused(url: string, seconds = 20): Promise<void> {
  const { port } = new URL(url);
  for (const end = Date.now() + seconds * 1_000; Date.now() < end; await sleep(100)) {
    const socket = connect(Number(port), '127.0.0.1');
    const refused = await once(socket, 'connect').then(
      () => false,
      (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED',
    );
    socket.destroy();
    if (refused) return;
  }
  throw new Error(`${url} still takes connections after ${seconds} s`);
}

/** An approved application, and a scan of its agreement. */
export interface Booking {
  readonly organizer: Caller;
  readonly exhibitor: Caller;
  readonly path: string;
  readonly scanId: string;
  readonly scan: Buffer;
}

/** Larger than any buffer on the way. */
const scanBytes = 16 * 1024 * 1024;

const scanOf = (mark: string): Buffer => aPdf(Buffer.alloc(scanBytes, `${mark}\n`));

/** Books a booth and attaches a large scan. */
export async function book(story: Story, regionCode: string): Promise<Booking> {
  const { exhibitor } = await story.register(regionCode);
  const { booths, ...place } = await story.lookAround(regionCode);
  const { id } = await story.apply(exhibitor, place, regionCode);
  await story.endorse(story.portal(regionCode), { id, editionId: place.editionId });
  await story.decide(exhibitor, id, booths);
  const path = `/v1/exhibition/applications/${id}`;
  const scan = scanOf('the first');
  const { body: upload } = await exhibitor.upload<{ id: string }>('/v1/exhibition/uploads', scan, 'application/pdf');
  const scanId = await attach(exhibitor, path, upload.id);
  return { organizer: story.shenzhen, exhibitor, path, scanId, scan };
}

async function attach(exhibitor: Caller, path: string, uploadId: string): Promise<string> {
  const { body } = await exhibitor.post<{ scans: { id: string }[] }>(`${path}/agreement/scans`, { uploadId });
  return body.scans.at(-1)?.id ?? '';
}

/** A note to send, with its text as key. */
export async function noteOf({ organizer }: Booking, text: string): Promise<Sent> {
  const headers = { ...(await organizer.credentials()), 'content-type': 'application/json', 'idempotency-key': text };
  return { headers, body: Buffer.from(JSON.stringify({ text })) };
}

/** The texts of the stored notes. */
export async function notesOf({ organizer, path }: Booking): Promise<string[]> {
  const { body } = await organizer.get<{ items: { text: string }[] }>(`${path}/notes`);
  return body.items.map(({ text }) => text);
}

/** Requests in progress when a process is stopped: a note and a scan are half sent, another scan is half read. */
export class InFlightRequests {
  private constructor(
    private readonly booking: Booking,
    private readonly mark: string,
    private readonly work: readonly [HalfSent, HalfSent, HalfRead],
  ) {}

  /** Starts them at an address: the platform's, or that of one process of exhibition. */
  static async begin(url: string, booking: Booking): Promise<InFlightRequests> {
    const { exhibitor, path, scanId } = booking;
    const mark = randomUUID();
    const headers = await exhibitor.credentials();
    const upload = { headers: { ...headers, 'content-type': 'application/pdf' }, body: scanOf(mark) };
    return new InFlightRequests(booking, mark, [
      await HalfSent.begin(`${url}${path}/notes`, await noteOf(booking, mark)),
      await HalfSent.begin(`${url}/v1/exhibition/uploads`, upload),
      await HalfRead.begin(`${url}${path}/agreement/scans/${scanId}`, headers),
    ]);
  }

  /** Completes them; throws if an answer was incomplete. */
  async finish(): Promise<Kept> {
    const [note, upload, download] = await Promise.all(this.work.map(each => each.finish()));
    if (note?.status !== 201) throw new Error(`the note was answered ${note?.status} ${note?.body.toString()}`);
    if (upload?.status !== 201) throw new Error(`the upload was answered ${upload?.status} ${upload?.body.toString()}`);
    if (download?.status !== 200 || !download.body.equals(this.booking.scan))
      throw new Error(`of the scan ${download?.body.length} bytes came, of ${this.booking.scan.length}`);
    return new Kept(this.booking, this.mark, (JSON.parse(upload.body.toString()) as { id: string }).id);
  }
}

/** The writes that were acknowledged while the process stopped. */
export class Kept {
  constructor(
    private readonly booking: Booking,
    private readonly mark: string,
    private readonly uploadId: string,
  ) {}

  /** Checks that they are stored: the note once, the scan byte for byte. */
  async isThere(): Promise<boolean> {
    const { exhibitor, path } = this.booking;
    const notes = (await notesOf(this.booking)).filter(text => text === this.mark);
    const scanId = await attach(exhibitor, path, this.uploadId);
    const { body } = await exhibitor.get<Buffer>(`${path}/agreement/scans/${scanId}`);
    return notes.length === 1 && body.equals(scanOf(this.mark));
  }
}
