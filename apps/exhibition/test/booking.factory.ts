import { organisationActivated } from '@ciep/contracts';
import { newId } from '@ciep/kernel';
import { aPdf, type Api, type TestService } from '@ciep/testing';
import { aBooth, anEdition, aVenue, organizerOf } from './exhibition.factory.js';

/** End of 24 March 2023: the first instant that is too late. */
export const deadline = '2023-03-25T00:00:00+08:00';
/** A day before the deadline. */
export const inTime = '2023-03-01T09:00:00+08:00';

/** An application as its readers see it. */
export interface Application {
  readonly id: string;
  readonly version: number;
  readonly number: string | null;
  readonly status: string;
  readonly booth: { readonly boothId: string; readonly boothNumber: string; readonly allocationId: string } | null;
  readonly allowedActions: readonly string[];
  readonly timeline: readonly { readonly what: string; readonly by: string; readonly status: string }[];
  readonly [field: string]: unknown;
}

export const applicationAt = (id: string, verb = ''): string => `/v1/exhibition/applications/${id}${verb}`;

/** An edition with its deadline, a regional board (210000, 220000) and a general one. */
export async function anOpenEdition(service: TestService): Promise<{ editionId: string; regionalId: string; generalId: string }> {
  const editionId = await anEdition(service, { deadline });
  const { regionalId, generalId } = await aVenue(service, editionId);
  return { editionId, regionalId, generalId };
}

/** An organisation as its register names it: not as its fascia does. */
export const legal = {
  name: { zh: '沈阳北方精密仪器股份有限公司', en: 'Shenyang Northern Precision Instruments Co., Ltd.' },
  creditCode: '91210100MA0EXAMP5X',
  registerNumber: null,
};

/** An activated organisation with somebody who acts for it. */
export async function anExhibitor(service: TestService): Promise<{ organisationId: string; exhibitor: Api }> {
  const organisationId = newId();
  await service.receive(
    organisationActivated,
    { organisationId, origin: 'mainland', kind: 'enterprise', regionCode: '210000', ...legal },
    { aggregateVersion: 2 },
  );
  return { organisationId, exhibitor: service.as({ roles: ['organisation_admin'], organisationId }) };
}

/** The partner unit of a region: a client with client credentials. */
export const partnerOf = (service: TestService, regionCode = '210000'): Api =>
  service.as({ kind: 'client', roles: ['province_partner'], regionCode, organisationId: newId() });

/** A complete application form, by default for the general board. */
export const formBody = (editionId: string, boardId: string, fields: object = {}) => ({
  editionId,
  boardId,
  areaType: 'general',
  exhibitorKind: 'enterprise',
  fasciaName: { zh: '北方精密仪器有限公司', en: 'Northern Precision Instruments' },
  exhibits: [{ name: '激光测距仪', description: '用于大型构件的高精度测量', type: 'product' }],
  contact: { name: '联系人甲', phone: '+86 24 5550 0100', mail: 'contact@exhibitor.example' },
  wishedBoothType: 'standard',
  wishedAreaDm2: 900,
  ...fields,
});

/** The fields of an application that its region must endorse. */
export const regionalFields = { areaType: 'enterprise', regionCode: '210000' } as const;

export async function aDraft(exhibitor: Api, editionId: string, boardId: string, fields: object = {}): Promise<Application> {
  return good(await exhibitor.post('/v1/exhibition/applications', formBody(editionId, boardId, fields)), 201);
}

export async function aSubmitted(exhibitor: Api, editionId: string, boardId: string, fields: object = {}): Promise<Application> {
  const { id } = await aDraft(exhibitor, editionId, boardId, fields);
  return good(await exhibitor.post(applicationAt(id, '/submit')));
}

/** A submitted application for the enterprise area of Liaoning. */
export const aRegional = (exhibitor: Api, editionId: string, regionalId: string, fields: object = {}): Promise<Application> =>
  aSubmitted(exhibitor, editionId, regionalId, { ...regionalFields, ...fields });

/** An approved application with a booth of its own on the general board. */
export async function anApproved(
  service: TestService,
  exhibitor: Api,
  { editionId, generalId }: { editionId: string; generalId: string },
  approval: object = {},
): Promise<Application & { boothId: string }> {
  const boothId = await aBooth(service, editionId, generalId);
  const { id, version } = await aSubmitted(exhibitor, editionId, generalId);
  const approved = good(await organizerOf(service).post(applicationAt(id, '/approve'), { boothId, ...approval }, { ifMatch: version }));
  return { ...approved, boothId };
}

/** A small file that is a PDF to everybody who looks at it. */
export const pdfFile = (text = 'stamped'): Buffer => aPdf(`% ${text}`);

/** Uploads and attaches a stamped scan; returns the agreement. */
export async function aScan(
  exhibitor: Api,
  applicationId: string,
  content = pdfFile(),
): Promise<{ version: number; scans: { id: string }[] }> {
  const { id: uploadId } = good<{ id: string }>(await exhibitor.upload('/v1/exhibition/uploads', content, 'application/pdf'), 201);
  return good(await exhibitor.post(applicationAt(applicationId, '/agreement/scans'), { uploadId }), 201);
}

/** The body of an answer, whose status must match. */
export function good<Body = Application>(response: { status: number; body: unknown }, status = 200): Body {
  if (response.status !== status) throw new Error(`${response.status}: ${JSON.stringify(response.body)}`);
  return response.body as Body;
}
