import { createHash, randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Sent } from '../client.js';

/** The staff who handle one exhibitor's applications, each with their own token. */
export interface Desk {
  readonly own: Client;
  readonly portal: Client;
  readonly organizer: Client;
  readonly finance: Client;
}

/** The place where an exhibitor applies. */
export interface Place {
  readonly editionId: string;
  readonly boardId: string;
  readonly regionCode: string;
  readonly boothIds: readonly string[];
}

interface Application {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly endorsement: string | null;
}

interface Invoice {
  readonly id: string;
  readonly status: string;
  readonly reference: string;
  readonly gross: { readonly amount: number };
  readonly credit?: { readonly amount: number };
}

const scan = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP6DwABBQECz6AuzQAAAABJRU5ErkJggg==', 'base64');
const form = {
  areaType: 'enterprise',
  exhibitorKind: 'enterprise',
  exhibits: [{ name: 'Welding robot', description: 'It welds ship plates.', type: 'product' }],
  contact: { name: 'Sample Contact', phone: '+86 24 5550 0100', mail: 'contact@example.org' },
  wishedBoothType: 'standard',
  wishedAreaDm2: 900,
};
const account = '0000000000000000000';
const today = () => new Date().toISOString().slice(0, 10);

/** The possible outcomes for an application with a booth. */
const endings = ['withdraw', 'pay and withdraw', 'confirm and withdraw', 'stay'] as const;

/** An organisation that applies again and again, and reads the state after each step. */
export class Exhibitor {
  private staying = 0;

  constructor(
    private readonly desk: Desk,
    private readonly place: Place,
  ) {}

  /** One application, from the draft as far as the platform allows. */
  async turn(signal: AbortSignal): Promise<void> {
    const { own } = this.desk;
    const { editionId, boardId, regionCode } = this.place;
    const mark = randomUUID();
    const { ok, body } = await own.send<Application>({
      name: 'application.draft',
      method: 'POST',
      path: '/v1/exhibition/applications',
      body: { editionId, boardId, regionCode, ...form, fasciaName: { zh: '北方示例', en: mark } },
      mark,
    });
    if (!ok) return;
    const ending = this.staying < 1 ? endings[randomInt(endings.length)] : endings[randomInt(endings.length - 1)];
    for (let step = 0; step < 25 && !signal.aborted; step += 1) {
      const seen = await own.get<Application>('application.read', pathOf(body.id));
      if (seen.ok && (await this.step(seen.body, ending ?? 'withdraw'))) return;
      await sleep(20 + Math.random() * 60);
    }
  }

  /** Takes the next step; true when nothing is left to do. */
  private async step(seen: Application, ending: string): Promise<boolean> {
    const { own, portal, organizer } = this.desk;
    const { id, status, endorsement } = seen;
    if (status === 'draft' || status === 'returned') await this.verb(own, seen, 'submit');
    else if (status === 'submitted' && !endorsement) {
      // No region gives a place when it has none left.
      const endorsed = await this.verb(portal, seen, 'endorse');
      if (endorsed.operation.outcome === 'fail' && endorsed.operation.code === 'quota.exhausted') await this.verb(own, seen, 'withdraw');
    } else if (status === 'submitted') await this.verb(organizer, seen, 'approve', { boothId: this.someBooth() });
    else if (status === 'approved') return this.settle(seen, ending);
    else if (status === 'confirmed') await this.verb(own, seen, 'withdraw');
    else {
      await this.refund(id);
      return true;
    }
    return false;
  }

  private async settle(seen: Application, ending: string): Promise<boolean> {
    if (ending === 'withdraw') await this.verb(this.desk.own, seen, 'withdraw');
    else if (ending === 'stay') {
      await this.pay(seen.id, 0.5);
      this.staying += 1;
      return true;
    } else {
      const invoice = await this.invoiceOf(seen.id);
      if (!invoice) return false;
      if (invoice.status !== 'paid') await this.pay(seen.id, 1);
      else if (ending === 'pay and withdraw') await this.verb(this.desk.own, seen, 'withdraw');
      else await this.agree(seen.id);
    }
    return false;
  }

  private verb(client: Client, { id, version }: Application, verb: string, body: object = {}) {
    return client.send({ name: `application.${verb}`, method: 'POST', path: `${pathOf(id)}/${verb}`, body, ifMatch: version });
  }

  /** One of a few booths, so that the exhibitors of a board compete. */
  private someBooth(): string {
    const { boothIds } = this.place;
    return boothIds[randomInt(Math.min(6, boothIds.length))] ?? '';
  }

  private async invoiceOf(applicationId: string): Promise<Invoice | undefined> {
    const { ok, body } = await this.desk.own.get<{ items: Invoice[] }>(
      'invoice.read',
      `/v1/billing/invoices?applicationId=${applicationId}`,
    );
    return ok ? body.items.at(-1) : undefined;
  }

  private async pay(applicationId: string, part: number): Promise<void> {
    const invoice = await this.invoiceOf(applicationId);
    if (!invoice) return;
    await this.entry({ name: 'payment.record', path: '/v1/billing/payments' }, mark => ({
      account,
      statementNumber: mark,
      receivedOn: today(),
      amount: { amount: Math.round(invoice.gross.amount * part), currency: 'CNY' },
      reference: invoice.reference,
      payer: 'Northern Sample Equipment',
    }));
  }

  /** Refunds money that has no invoice. */
  private async refund(applicationId: string): Promise<void> {
    const { ok, body } = await this.desk.finance.get<{ items: (Invoice & { applicationId: string; credit: { amount: number } })[] }>(
      'credit.read',
      '/v1/billing/credits?limit=200',
    );
    const credit = ok ? body.items.find(item => item.applicationId === applicationId) : undefined;
    if (!credit) return;
    await this.entry({ name: 'refund.record', path: '/v1/billing/refunds' }, mark => ({
      invoiceId: credit.id,
      account,
      statementNumber: mark,
      refundedOn: today(),
      amount: credit.credit,
    }));
  }

  /** A line of the bank statement. */
  private entry(sent: Pick<Sent, 'name' | 'path'>, bodyOf: (mark: string) => object) {
    const mark = randomUUID();
    return this.desk.finance.send({ ...sent, method: 'POST', body: bodyOf(mark), mark });
  }

  /** The stamped agreement, which together with the payment confirms an application. */
  private async agree(applicationId: string): Promise<void> {
    const { own, organizer } = this.desk;
    const path = `${pathOf(applicationId)}/agreement`;
    const seen = await own.get<{ version: number; status: string; trackingNumber?: string | null }>('agreement.read', path);
    if (!seen.ok) return;
    const { status, version, trackingNumber } = seen.body;
    if (status === 'awaiting_scan') {
      const upload = await own.send<{ id: string; sha256: string }>({
        name: 'upload',
        method: 'POST',
        path: '/v1/exhibition/uploads',
        file: { content: scan, mediaType: 'image/png' },
        keyless: true,
      });
      if (upload.ok && upload.body.sha256 === createHash('sha256').update(scan).digest('hex'))
        await own.send({ name: 'agreement.scan', method: 'POST', path: `${path}/scans`, body: { uploadId: upload.body.id } });
    } else if (status === 'scan_uploaded' && !trackingNumber) {
      const body = { trackingNumber: 'SF1234567890', postedOn: today() };
      await own.send({ name: 'agreement.log-posting', method: 'POST', path: `${path}/log-posting`, body, ifMatch: version });
    } else if (status === 'scan_uploaded')
      await organizer.send({ name: 'agreement.verify-seal', method: 'POST', path: `${path}/verify-seal`, body: {}, ifMatch: version });
  }
}

const pathOf = (id: string) => `/v1/exhibition/applications/${id}`;
