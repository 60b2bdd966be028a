import { randomUUID } from 'node:crypto';
import type { Answer, Caller } from '../../tour/caller.js';
import type { Happening, View } from './explain.js';
import type { Move } from './moves.js';
import type { ModelStage, Scene } from './stage.js';

/** An intended move, before its versions and dates are known. */
export interface Wish {
  readonly kind: Move['kind'];
  readonly of: number;
  readonly booth: number;
  /** The last day to pay, as a number of days from now. */
  readonly days: number;
  /** Whether only half of the money is paid or refunded at a time. */
  readonly half: boolean;
  /** Whether the request is sent again with its key, as after a lost answer. */
  readonly again: boolean;
}

interface ApplicationDto {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly endorsement: string | null;
  readonly boothNumber: string | null;
  readonly payBy: string | null;
  readonly isPaid: boolean;
  readonly isSealVerified: boolean;
}

interface InvoiceDto {
  readonly id: string;
  readonly reference: string;
  readonly status: string;
  readonly boothNumber: string;
  readonly dueOn: string;
  readonly voidReason: string | null;
  readonly paid: { readonly amount: number };
  readonly credit: { readonly amount: number };
}

type Problem = { readonly code?: string };

/** Answers that are not a failure of the platform; any other one ends the run. */
const noFailure = [200, 201, 400, 403, 404, 409, 412, 422];
const scan = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP6DwABBQECz6AuzQAAAABJRU5ErkJggg==', 'base64');
const account = '0000000000000000000';

/** The people of one run, who use only the API and report what they did and saw. */
export class Actors {
  /** Id of each application, by its index in the world. */
  readonly ids: string[] = [];

  constructor(
    private readonly stage: ModelStage,
    readonly scene: Scene,
  ) {}

  /** Executes the move on the state that the actor reads first. */
  async fulfil(wish: Wish, day: number): Promise<Happening[]> {
    const { kind, of } = wish;
    if (kind === 'apply') return [await this.apply(of)];
    if (kind === 'scan') return [await this.handInScan(wish)];
    if (kind === 'verify') return this.verify(wish);
    if (kind === 'pay' || kind === 'refund') return this.moveMoney(kind, wish, day);
    const seen = await this.application(of);
    const { version } = seen;
    const payBy = day + wish.days;
    const move: Move =
      kind === 'approve'
        ? { kind, of, version, booth: wish.booth, payBy }
        : kind === 'swap'
          ? { kind, of, version, booth: wish.booth }
          : kind === 'extend'
            ? { kind, of, version, payBy }
            : { kind, of, version };
    const answer = await this.decide(move, wish.again);
    return [
      { of, saw: { application: seen.view } },
      { did: move, answer },
    ];
  }

  /** All that the API shows of a booking. */
  async look(of: number): Promise<Required<View>> {
    const [{ view: application }, agreement, invoice] = [await this.application(of), await this.agreement(of), await this.invoice(of)];
    return { application, agreement: agreement ?? null, invoice: invoice?.view ?? null };
  }

  private async apply(of: number): Promise<Happening> {
    const { exhibitor, story } = this.stage;
    const { editionId, boardId, regionCode } = this.scene;
    const draft = { editionId, boardId, areaType: 'enterprise', regionCode, ...story.form };
    const { body } = await exhibitor.post<ApplicationDto>('/v1/exhibition/applications', draft);
    await exhibitor.post(`/v1/exhibition/applications/${body.id}/submit`, {}, { ifMatch: body.version });
    this.ids[of] = body.id;
    return { did: { kind: 'apply', of }, answer: 'ok' };
  }

  private decide(move: Exclude<Move, { kind: 'apply' | 'scan' | 'pay' | 'refund' }>, again: boolean): Promise<string> {
    const { portal, booths } = this.scene;
    const { exhibitor, story } = this.stage;
    const boothId = 'booth' in move ? booths[move.booth]?.id : undefined;
    const payBy = 'payBy' in move ? this.stage.dateOf(this.scene, move.payBy) : undefined;
    const correctBy = new Date(this.stage.now.getTime() + 30 * 86_400_000).toISOString();
    const reason = 'a step of a model test';
    const how: Record<typeof move.kind, [Caller, string, object]> = {
      submit: [exhibitor, 'submit', {}],
      withdraw: [exhibitor, 'withdraw', {}],
      endorse: [portal, 'endorse', {}],
      unendorse: [portal, 'withdraw-endorsement', {}],
      override: [story.shenzhen, 'override-endorsement', { reason }],
      return: [story.shenzhen, 'return', { corrections: [{ pointer: '/contact', text: reason }], correctBy }],
      reject: [story.shenzhen, 'reject', { reason }],
      release: [story.shenzhen, 'release', { reason }],
      approve: [story.shenzhen, 'approve', { boothId, payBy }],
      swap: [story.shenzhen, 'swap-booth', { boothId }],
      extend: [story.shenzhen, 'extend-pay-by', { payBy }],
      verify: [story.shenzhen, 'agreement/verify-seal', {}],
    };
    const [caller, verb, body] = how[move.kind];
    return this.send(caller, `${this.path(move.of)}/${verb}`, body, again, move.version);
  }

  private async handInScan({ of, again }: Wish): Promise<Happening> {
    const { exhibitor } = this.stage;
    const { body: upload } = await exhibitor.upload<{ id: string }>('/v1/exhibition/uploads', scan, 'image/png');
    return {
      did: { kind: 'scan', of },
      answer: await this.send(exhibitor, `${this.path(of)}/agreement/scans`, { uploadId: upload.id }, again),
    };
  }

  private async verify({ of, again }: Wish): Promise<Happening[]> {
    const agreement = await this.agreement(of);
    const saw = { of, saw: { agreement: agreement ?? null } };
    if (!agreement) return [saw];
    const move = { kind: 'verify', of, version: agreement.version } as const;
    return [saw, { did: move, answer: await this.decide(move, again) }];
  }

  private async moveMoney(kind: 'pay' | 'refund', { of, half, again }: Wish, day: number): Promise<Happening[]> {
    const invoice = await this.invoice(of);
    const saw = { of, saw: { invoice: invoice?.view ?? null } };
    if (!invoice) return [saw];
    const amount = half ? this.scene.gross / 2 : this.scene.gross;
    const line = { account, statementNumber: randomUUID(), amount: { amount, currency: 'CNY' } };
    const date = this.stage.dateOf(this.scene, day);
    const { finance } = this.stage.story;
    const answer =
      kind === 'pay'
        ? await this.send(
            finance,
            '/v1/billing/payments',
            { ...line, receivedOn: date, reference: invoice.reference, payer: 'Model' },
            again,
          )
        : await this.send(finance, '/v1/billing/refunds', { ...line, refundedOn: date, invoiceId: invoice.id }, again);
    return [saw, { did: { kind, of, amount }, answer }];
  }

  private async application(of: number): Promise<{ version: number; view: unknown }> {
    const { body } = await this.stage.story.shenzhen.get<ApplicationDto>(this.path(of));
    const { status, version, endorsement, isPaid, isSealVerified: isSealed } = body;
    const view = { status, version, endorsement, booth: this.boothOf(body.boothNumber), payBy: this.dayOf(body.payBy), isPaid, isSealed };
    return { version, view };
  }

  private async agreement(of: number): Promise<{ status: string; version: number } | undefined> {
    const { status, body } = await this.stage.story.shenzhen.get<{ status: string; version: number }>(`${this.path(of)}/agreement`, {
      expect: [200, 404],
    });
    return status === 200 ? { status: body.status, version: body.version } : undefined;
  }

  private async invoice(of: number): Promise<{ id: string; reference: string; view: unknown } | undefined> {
    const { body } = await this.stage.story.finance.get<{ items: InvoiceDto[] }>(`/v1/billing/invoices?applicationId=${this.ids[of]}`);
    const [invoice, second] = body.items;
    if (second) throw new Error(`application ${this.ids[of]} has two invoices`);
    if (!invoice) return undefined;
    const { id, reference, status, boothNumber, dueOn, voidReason, paid, credit } = invoice;
    const money = { held: paid.amount, credit: credit.amount };
    return { id, reference, view: { status, booth: this.boothOf(boothNumber), dueOn: this.dayOf(dueOn), voidReason, ...money } };
  }

  /** `ok`, or the code of the refusal. The same request again with its key must get the same answer. */
  private async send(caller: Caller, path: string, body: object, again: boolean, ifMatch?: number): Promise<string> {
    const options = { key: randomUUID(), expect: noFailure, ...(ifMatch !== undefined && { ifMatch }) };
    const first = answered(await caller.post<Problem>(path, body, options));
    if (!again) return first;
    const second = answered(await caller.post<Problem>(path, body, options));
    if (second !== first) throw new Error(`POST ${path} answered ${first}, and ${second} when it was repeated under its key`);
    return first;
  }

  private path(of: number): string {
    return `/v1/exhibition/applications/${this.ids[of]}`;
  }

  private boothOf(number: string | null): number | null {
    return number === null ? null : this.scene.booths.findIndex(booth => booth.number === number);
  }

  private dayOf(date: string | null): number | null {
    return date === null ? null : (Date.parse(date) - Date.parse(this.stage.dateOf(this.scene, 0))) / 86_400_000;
  }
}

const answered = ({ status, body }: Answer<Problem>): string => (status < 300 ? 'ok' : (body.code ?? String(status)));
