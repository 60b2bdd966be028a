// The story of a booth, told with the TypeScript client that is generated from the API document, and with its types only. The test compiles
// it beside that client (./client); there is none in the repository, so the project's own compiler and linter leave this file out.
import { createClient, type Client } from './client/client/index.js';
import {
  approveApplication,
  attachAgreementScan,
  draftApplication,
  editApplication,
  endorseApplication,
  getAgreement,
  getApplication,
  getEdition,
  getMe,
  getMyQuota,
  listApplications,
  listBooths,
  listDevelopmentMails,
  listInvoices,
  listNodes,
  logAgreementPosting,
  recordPayment,
  registerOrganisation,
  selfCheckApplication,
  submitApplication,
  uploadFile,
  verifyRegistration,
  verifySeal,
  type BillingInvoiceDto,
  type ExhibitionApplicationDto,
  type ExhibitionBoothDto,
  type ExhibitionListedNodeDto,
} from './client/index.js';

/** What the story needs besides the API: people and programs who log in, and an invented credit code. */
export interface Stage {
  readonly url: string;
  readonly creditCode: string;
  /** A white pixel. */
  readonly scan: Blob;
  tokenOfPerson(mail: string, password: string): Promise<string>;
  tokenOfPortal(): Promise<string>;
  tokenOfEmployee(login: 'shenzhen' | 'finance'): Promise<string>;
}

const regionCode = '210000';
const today = () => new Date().toISOString().slice(0, 10);
const once = () => ({ 'Idempotency-Key': crypto.randomUUID() });
const seen = ({ version }: { version: number }) => ({ 'If-Match': `"${version}"` });

/** Plays the story; answers what each side has seen at its end. */
export async function play(stage: Stage) {
  const { exhibitor, mail } = await register(stage);
  const portal = as(stage, await stage.tokenOfPortal());
  const organizer = as(stage, await stage.tokenOfEmployee('shenzhen'));
  const finance = as(stage, await stage.tokenOfEmployee('finance'));

  const { editionId, boardId, booth } = await lookAround(as(stage));
  const { id } = await apply(exhibitor, editionId, boardId);
  await endorse(portal, editionId, id);
  await approve(organizer, id, booth);
  await agree(exhibitor, organizer, id, stage.scan);
  const invoice = await pay(exhibitor, finance, id);
  const confirmed = await until(async () => {
    const { data } = await getApplication({ client: exhibitor, path: { id } });
    return data.status === 'confirmed' ? data : undefined;
  });

  const { data: mine } = await listApplications({ client: exhibitor, query: { count: true } });
  const { data: theirs } = await listApplications({ client: portal, query: { status: ['confirmed'], limit: 200 } });
  return { mail, booth, invoice, confirmed, mine, theirs };
}

/** The API for whoever holds the token, or for anyone. */
const as = ({ url }: Stage, token?: string): Client =>
  createClient({ baseUrl: url, throwOnError: true, ...(token !== undefined && { auth: token }) });

async function register(stage: Stage): Promise<{ exhibitor: Client; mail: string }> {
  const anyone = as(stage);
  const mail = `sdk-${Date.now()}@example.org`;
  const password = 'a long password of the story';
  const { data: registration } = await registerOrganisation({
    client: anyone,
    headers: once(),
    body: {
      origin: 'mainland',
      name: { zh: '北方示例装备有限公司', en: 'Northern Sample Equipment' },
      creditCode: stage.creditCode,
      kind: 'specialised_new_enterprise',
      regionCode,
      contact: { name: 'Sample Contact', phone: '+86 24 5550 0100', mail, language: 'zh' },
    },
  });
  const code = await until(async () => {
    const { data } = await listDevelopmentMails({ client: anyone, query: { recipient: mail } });
    return /https?:\/\/\S+\/(\S+)/.exec(data.items[0]?.text ?? '')?.[1];
  });
  await verifyRegistration({ client: anyone, path: { id: registration.id }, body: { code, password } });
  const exhibitor = as(stage, await stage.tokenOfPerson(mail, password));
  await getMe({ client: exhibitor });
  return { exhibitor, mail };
}

async function lookAround(anyone: Client): Promise<{ editionId: string; boardId: string; booth: ExhibitionBoothDto }> {
  const { data: edition } = await getEdition({ client: anyone, path: { edition: 'demo' } });
  const path = { editionId: edition.id };
  const board = await until(async () => {
    const { data } = await listNodes({ client: anyone, path, query: { tree: true } });
    return all(data.items).find(node => node.regionCodes?.includes(regionCode));
  });
  const { data: booths } = await listBooths({ client: anyone, path, query: { nodeId: board.id, free: true, areaType: ['enterprise'] } });
  const [booth] = booths.items;
  if (!booth) throw new Error('no booth is free');
  return { editionId: edition.id, boardId: board.id, booth };
}

const all = (nodes: readonly ExhibitionListedNodeDto[]): ExhibitionListedNodeDto[] =>
  nodes.flatMap(node => [node, ...all(node.children ?? [])]);

async function apply(exhibitor: Client, editionId: string, boardId: string): Promise<ExhibitionApplicationDto> {
  const place = { editionId, boardId, areaType: 'enterprise', regionCode } as const;
  const { data: draft } = await draftApplication({ client: exhibitor, headers: once(), body: place });
  const path = { id: draft.id };
  const { data: check } = await selfCheckApplication({ client: exhibitor, path });
  if (check.isComplete) throw new Error('an empty draft counts as complete');
  const { data: complete } = await editApplication({
    client: exhibitor,
    path,
    headers: seen(draft),
    body: {
      exhibitorKind: 'enterprise',
      fasciaName: { zh: '北方示例装备', en: 'Northern Sample Equipment' },
      exhibits: [{ name: 'Welding robot', description: 'A robot that welds ship plates.', type: 'product' }],
      contact: { name: 'Sample Contact', phone: '+86 24 5550 0100', mail: 'contact@example.org' },
      wishedBoothType: 'standard',
      wishedAreaDm2: 900,
    },
  });
  const { data: submitted } = await submitApplication({ client: exhibitor, path, headers: seen(complete) });
  return submitted;
}

async function endorse(portal: Client, editionId: string, id: string): Promise<void> {
  await getMyQuota({ client: portal, path: { editionId } });
  const { data: application } = await getApplication({ client: portal, path: { id } });
  await endorseApplication({ client: portal, path: { id }, headers: { ...once(), ...seen(application) } });
}

async function approve(organizer: Client, id: string, booth: ExhibitionBoothDto): Promise<void> {
  const { data: application } = await getApplication({ client: organizer, path: { id } });
  await approveApplication({
    client: organizer,
    path: { id },
    headers: { ...once(), ...seen(application) },
    body: { boothId: booth.id },
  });
}

async function agree(exhibitor: Client, organizer: Client, id: string, scan: Blob): Promise<void> {
  const path = { id };
  await until(async () => (await getAgreement({ client: exhibitor, path, throwOnError: false })).data);
  const { data: upload } = await uploadFile({ client: exhibitor, body: scan, headers: { 'Content-Type': 'image/png' } });
  await attachAgreementScan({ client: exhibitor, path, headers: once(), body: { uploadId: upload.id } });
  const { data: scanned } = await getAgreement({ client: exhibitor, path });
  const posting = { trackingNumber: 'SF1234567890', postedOn: today() };
  const { data: posted } = await logAgreementPosting({ client: exhibitor, path, headers: seen(scanned), body: posting });
  await verifySeal({ client: organizer, path, headers: seen(posted) });
}

async function pay(exhibitor: Client, finance: Client, applicationId: string): Promise<BillingInvoiceDto> {
  const invoice = await until(async () => {
    const { data } = await listInvoices({ client: exhibitor, query: { applicationId: [applicationId] } });
    return data.items[0];
  });
  await recordPayment({
    client: finance,
    headers: once(),
    body: {
      account: '0000000000000000000',
      statementNumber: crypto.randomUUID(),
      receivedOn: today(),
      amount: invoice.gross,
      reference: invoice.reference,
      payer: 'Northern Sample Equipment',
    },
  });
  return invoice;
}

/** Asks again until there is an answer, for 30 seconds. */
async function until<Found>(look: () => Promise<Found | undefined>): Promise<Found> {
  for (const end = Date.now() + 30_000; Date.now() < end; await new Promise(resolve => setTimeout(resolve, 150))) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error('waited 30 s in vain');
}
