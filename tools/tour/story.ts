import { createHash } from 'node:crypto';
import { demoPassword, demoSecretOf } from '@ciep/identity';
import { Caller, until, type Exchange } from './caller.js';
import { registrationForm, type Registrant } from './fresh-organisation.js';
import { clientToken, logIn, renewed } from './log-in.js';

/** Any resource with an id and a version. */
export interface Versioned {
  readonly id: string;
  readonly version: number;
}

export interface Application extends Versioned {
  readonly status: string;
  readonly number: string | null;
  readonly allowedActions: string[];
  readonly timeline: { what: string }[];
  readonly boothNumber: string | null;
}

interface Agreement extends Versioned {
  readonly status: string;
}

export interface Invoice extends Versioned {
  readonly number: string;
  readonly status: string;
  readonly gross: { amount: number; currency: 'CNY' };
  readonly reference: string;
}

interface Booth {
  readonly id: string;
  readonly number: string;
}

interface TreeNode {
  readonly id: string;
  readonly code: string;
  readonly regionCodes?: string[];
  readonly children?: TreeNode[];
}

interface Mailed {
  readonly subject: string;
  readonly text: string;
  readonly template: string;
}

type Items<Item> = { items: Item[] };

/** A minimal scan: a white PNG of one pixel. */
export const scan = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP6DwABBQECz6AuzQAAAABJRU5ErkJggg==', 'base64');

/** The steps of the booking story, over the public API only. */
export class Story {
  readonly anyone: Caller;
  readonly shenzhen: Caller;
  readonly finance: Caller;
  readonly auditor: Caller;
  /** A complete application form. */
  readonly form = form;

  constructor(
    readonly url: string,
    private readonly observe: (exchange: Exchange) => void = () => undefined,
  ) {
    this.anyone = new Caller(url, 'anyone', observe);
    this.shenzhen = this.employee('shenzhen');
    this.finance = this.employee('finance');
    this.auditor = this.employee('auditor');
  }

  /** A person of the demo installation. */
  employee(login: string): Caller {
    return new Caller(
      this.url,
      login,
      this.observe,
      renewed(() => logIn(this.url, `${login}@demo.ciep.example`, demoPassword)),
    );
  }

  /** The portal of a region's partner unit. */
  portal(regionCode: string): Caller {
    const id = `portal-${regionCode}`;
    return new Caller(
      this.url,
      id,
      this.observe,
      renewed(() => clientToken(this.url, id, demoSecretOf(id))),
    );
  }

  /** Step 1: registers a new enterprise, chooses a password behind the mailed link, and logs in. */
  async register(regionCode: string, language: 'zh' | 'en' = 'zh'): Promise<{ exhibitor: Caller; registrant: Registrant }> {
    const { form, registrant } = registrationForm(regionCode, language);
    await this.anyone.post('/v1/identity/registrations', form);
    const { text } = await this.mailTo(registrant.mail, () => true);
    const link = /https?:\/\/\S+/.exec(text)?.[0];
    if (link === undefined) throw new Error('there is no link in the mail');
    await fetch(link);
    await fetch(link, { method: 'POST', body: new URLSearchParams({ password: registrant.password }) });
    const exhibitor = new Caller(
      this.url,
      'exhibitor',
      this.observe,
      renewed(() => logIn(this.url, registrant.mail, registrant.password)),
    );
    await exhibitor.get('/v1/identity/me');
    return { exhibitor, registrant };
  }

  /** A matching mail in the development outbox. */
  mailTo(recipient: string, fits: (mail: Mailed) => boolean): Promise<Mailed> {
    return until(`a mail to ${recipient}`, async () => {
      const { body } = await this.anyone.get<Items<Mailed>>(
        `/v1/notification/development/mails?recipient=${encodeURIComponent(recipient)}`,
      );
      return body.items.find(fits);
    });
  }

  /** Step 2: finds the demo edition, a region's board, and its free booths with their prices. */
  async lookAround(regionCode: string): Promise<{ editionId: string; boardId: string; booths: Booth[] }> {
    const { body: edition } = await this.anyone.get<Versioned>('/v1/conference/editions/demo');
    await this.anyone.get(`/v1/conference/editions/demo/milestones`);
    const path = `/v1/exhibition/editions/${edition.id}/nodes?tree=true`;
    // Right after the first start exhibition may not have received the edition yet.
    const tree = await until('exhibition knows the edition', async () => {
      const answer = await this.anyone.get<Items<TreeNode>>(path, { expect: [200, 404] });
      return answer.status === 200 ? answer : undefined;
    });
    await this.anyone.get(path, { headers: { 'if-none-match': tree.headers.get('etag') ?? '' }, expect: [304] });
    const all = (nodes: TreeNode[]): TreeNode[] => nodes.flatMap(node => [node, ...all(node.children ?? [])]);
    const board = all(tree.body.items).find(node => node.regionCodes?.includes(regionCode));
    if (!board) throw new Error(`no board has the region ${regionCode}`);
    const query = new URLSearchParams({ nodeId: board.id, free: 'true', areaType: 'enterprise' });
    const { body: booths } = await this.anyone.get<Items<Booth>>(`/v1/exhibition/editions/${edition.id}/booths?${query.toString()}`);
    return { editionId: edition.id, boardId: board.id, booths: booths.items };
  }

  /** Step 3: drafts an application, checks it, completes it and submits it. */
  async apply(exhibitor: Caller, place: { editionId: string; boardId: string }, regionCode: string): Promise<Application> {
    const { body: draft } = await exhibitor.post<Application>('/v1/exhibition/applications', {
      ...place,
      areaType: 'enterprise',
      regionCode,
      externalRef: `erp-${Date.now()}`,
    });
    await exhibitor.get(`/v1/exhibition/applications/${draft.id}/self-check`);
    const { body: complete } = await exhibitor.patch<Application>(`/v1/exhibition/applications/${draft.id}`, form, {
      ifMatch: draft.version,
    });
    const { body } = await exhibitor.post<Application>(`/v1/exhibition/applications/${draft.id}/submit`, {}, { ifMatch: complete.version });
    return body;
  }

  /** Step 4: the region's portal endorses. */
  async endorse(portal: Caller, { id, editionId }: { id: string; editionId: string }): Promise<Application> {
    await portal.get(`/v1/exhibition/editions/${editionId}/quotas/mine`);
    const { body: seen } = await portal.get<Application>(`/v1/exhibition/applications/${id}`);
    const { body } = await portal.post<Application>(`/v1/exhibition/applications/${id}/endorse`, {}, { ifMatch: seen.version });
    return body;
  }

  /** Step 5: the organizer asks for a correction, gets it, and approves with a booth; takes the next one if it is gone. */
  async decide(exhibitor: Caller, id: string, booths: readonly Booth[], now = new Date()): Promise<Application> {
    await this.returnForCorrection(exhibitor, id, now);
    for (const booth of booths) {
      const { body: seen } = await this.shenzhen.get<Application>(`/v1/exhibition/applications/${id}`);
      const answer = await this.shenzhen.post<Application>(
        `/v1/exhibition/applications/${id}/approve`,
        { boothId: booth.id },
        { ifMatch: seen.version, expect: [200, 409] },
      );
      if (answer.status === 200) return answer.body;
    }
    throw new Error('no booth is free');
  }

  private async returnForCorrection(exhibitor: Caller, id: string, now: Date): Promise<void> {
    const path = `/v1/exhibition/applications/${id}`;
    const { body: seen } = await this.shenzhen.get<Application>(path);
    const corrections = [{ pointer: '/exhibits/0/description', text: 'Please say what the exhibit does.' }];
    const correctBy = new Date(now.getTime() + 7 * 86_400_000).toISOString();
    const { body: returned } = await this.shenzhen.post<Application>(
      `${path}/return`,
      { corrections, correctBy },
      { ifMatch: seen.version },
    );
    const [exhibit] = form.exhibits;
    const { body: corrected } = await exhibitor.patch<Application>(
      path,
      { exhibits: [{ ...exhibit, description: 'A robot that welds ship plates.' }] },
      { ifMatch: returned.version },
    );
    await exhibitor.post(`${path}/submit`, {}, { ifMatch: corrected.version });
  }

  /** Step 6: the agreement is printed, stamped, scanned, posted and verified. */
  async agree(exhibitor: Caller, id: string): Promise<void> {
    const path = `/v1/exhibition/applications/${id}/agreement`;
    await exhibitor.get(`${path}.pdf`);
    const digest = createHash('sha256').update(scan).digest('hex');
    const { body: upload } = await exhibitor.upload<{ id: string; sha256: string }>('/v1/exhibition/uploads', scan, 'image/png');
    if (upload.sha256 !== digest) throw new Error('the digest of the upload is wrong');
    await exhibitor.post(`${path}/scans`, { uploadId: upload.id });
    const today = new Date().toISOString().slice(0, 10);
    let { body: agreement } = await exhibitor.get<Agreement>(path);
    ({ body: agreement } = await exhibitor.post<Agreement>(
      `${path}/log-posting`,
      { trackingNumber: 'SF1234567890', postedOn: today },
      { ifMatch: agreement.version },
    ));
    await this.shenzhen.post(`${path}/verify-seal`, {}, { ifMatch: agreement.version });
  }

  /** The invoice of an application, as its exhibitor sees it. */
  invoiceOf(exhibitor: Caller, applicationId: string): Promise<Invoice> {
    return until('the invoice', async () => {
      const { body } = await exhibitor.get<Items<Invoice>>(`/v1/billing/invoices?applicationId=${applicationId}`);
      return body.items[0];
    });
  }

  /** Step 7: the exhibitor downloads the payment demand; the finance clerk finds the transfer on the statement. */
  async pay(exhibitor: Caller, applicationId: string, part = 1): Promise<Invoice> {
    const invoice = await this.invoiceOf(exhibitor, applicationId);
    await exhibitor.get(`/v1/billing/invoices/${invoice.id}/demand.pdf`);
    await this.transfer(invoice, part);
    return invoice;
  }

  /** The finance clerk records a partial payment of an invoice. */
  async transfer(invoice: Invoice, part = 1): Promise<void> {
    await this.finance.post('/v1/billing/payments', {
      account: '0000000000000000000',
      statementNumber: `${Date.now()}-${Math.floor(Math.random() * 1e9)}`,
      receivedOn: new Date().toISOString().slice(0, 10),
      amount: { amount: Math.round(invoice.gross.amount * part), currency: 'CNY' },
      reference: invoice.reference,
      payer: 'Northern Sample Equipment',
    });
  }

  /** Step 8: waits until the application is in a state. */
  untilStatus(reader: Caller, id: string, status: string, seconds?: number): Promise<Application> {
    return until(
      `the application becomes ${status}`,
      async () => {
        const { body } = await reader.get<Application>(`/v1/exhibition/applications/${id}`);
        return body.status === status ? body : undefined;
      },
      seconds,
    );
  }

  /** Gives the booth and the place back. */
  async withdraw(exhibitor: Caller, id: string): Promise<Application> {
    const { body: seen } = await exhibitor.get<Application>(`/v1/exhibition/applications/${id}`);
    const { body } = await exhibitor.post<Application>(`/v1/exhibition/applications/${id}/withdraw`, {}, { ifMatch: seen.version });
    return body;
  }
}

/** The rest of the application form. */
const form = {
  exhibitorKind: 'enterprise',
  fasciaName: { zh: '北方示例装备', en: 'Northern Sample Equipment' },
  exhibits: [{ name: 'Welding robot', description: 'tbd', type: 'product' }],
  contact: { name: 'Sample Contact', phone: '+86 24 5550 0100', mail: 'contact@example.org' },
  wishedBoothType: 'standard',
  wishedAreaDm2: 900,
};
