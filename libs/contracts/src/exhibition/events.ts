import type { LocalizedText } from '@ciep/kernel';
import { z } from 'zod';
import { eventsOf, type EventData } from '../event-type.js';
import { date, id, instant, region } from '../fields.js';

/** Areas of a regional board: policies and services of the government, or the ten selected enterprises (docs/rules.md#areas). */
export const areaTypes = ['government', 'enterprise', 'general'] as const;
export type AreaType = (typeof areaTypes)[number];
/** Their readable names. */
export const areaTypeNames: Readonly<Record<AreaType, LocalizedText>> = {
  government: { zh: '政府区域', en: 'Government area' },
  enterprise: { zh: '企业区域', en: 'Enterprise area' },
  general: { zh: '综合区域', en: 'General area' },
};

/** The construction of a booth, which determines its price in fee schedules. */
export const boothTypes = ['standard', 'corner', 'raw_space'] as const;
export type BoothType = (typeof boothTypes)[number];
/** Their readable names, also on agreements and invoices (docs/rules.md#booth-stock). */
export const boothTypeNames: Readonly<Record<BoothType, LocalizedText>> = {
  standard: { zh: '标准展位', en: 'Standard booth' },
  corner: { zh: '转角展位', en: 'Corner booth' },
  raw_space: { zh: '光地', en: 'Raw space' },
};

const application = {
  applicationId: id,
  editionId: id,
  organisationId: id,
  boardId: id.describe('the board applied for'),
  regionCode: region.nullable(),
};
const booth = {
  boothId: id,
  boothNumber: z.string().describe('unique in the edition'),
  boothType: z.enum(boothTypes),
  areaDm2: z.int().positive().describe('in square decimetres'),
};

const payBy = date.describe('last day to pay');

const recipients = { concerns: { organisation: 'organisationId', region: 'regionCode' }, portals: true } as const;
const applicationEvent = eventsOf('exhibition.application', application, recipients);

export const applicationSubmitted = applicationEvent('submitted', 'A booth application was handed in (again, when it had been returned).', {
  areaType: z.enum(areaTypes),
  late: z.boolean().describe('handed in after the deadline, by a waiver'),
});
export type ApplicationSubmitted = EventData<typeof applicationSubmitted>;

export const applicationEndorsed = applicationEvent('endorsed', 'The region endorsed the application; one of its places is taken.', {
  byOverride: z.boolean().describe('by the organizer in place of the region; takes none of its places'),
});
export type ApplicationEndorsed = EventData<typeof applicationEndorsed>;

export const applicationEndorsementWithdrawn = applicationEvent(
  'endorsement_withdrawn',
  'The region took its endorsement back; the place is free again.',
  {},
);
export type ApplicationEndorsementWithdrawn = EventData<typeof applicationEndorsementWithdrawn>;

export const applicationReturned = applicationEvent('returned', 'The application goes back to the applicant for correction.', {
  correctBy: instant.describe('until when it may be handed in again'),
});
export type ApplicationReturned = EventData<typeof applicationReturned>;

export const applicationRejected = applicationEvent('rejected', 'The organizer refused the application.', {});
export type ApplicationRejected = EventData<typeof applicationRejected>;

export const applicationApproved = applicationEvent(
  'approved',
  'The application was approved and a booth allocated, to be paid by the end of `payBy`.',
  {
    allocationId: id,
    ...booth,
    payBy,
    applicationNumber: z.string().optional().describe('number of the application within its edition'),
  },
);
export type ApplicationApproved = EventData<typeof applicationApproved>;

export const applicationBoothSwapped = applicationEvent(
  'booth_swapped',
  'The allocated booth was exchanged for another one of the same type and size.',
  {
    allocationId: id,
    ...booth,
  },
);
export type ApplicationBoothSwapped = EventData<typeof applicationBoothSwapped>;

export const applicationPayByExtended = applicationEvent('pay_by_extended', 'The organizer gave more time to pay.', { payBy });
export type ApplicationPayByExtended = EventData<typeof applicationPayByExtended>;

export const applicationWithdrawn = applicationEvent('withdrawn', 'The applicant withdrew; booth and place, if any, are free again.', {});
export type ApplicationWithdrawn = EventData<typeof applicationWithdrawn>;

export const applicationReleased = applicationEvent(
  'released',
  'The booth was taken back, because payment was overdue or by the organizer.',
  {
    reason: z.enum(['overdue', 'organizer']).describe('payment overdue, or decided by the organizer'),
  },
);
export type ApplicationReleased = EventData<typeof applicationReleased>;

export const applicationReallocated = applicationEvent(
  'reallocated',
  'Money arrived after the release and the booth was still free: it is allocated again.',
  {
    allocationId: id,
    ...booth,
    invoiceId: id,
  },
);
export type ApplicationReallocated = EventData<typeof applicationReallocated>;

export const applicationReallocationRefused = applicationEvent(
  'reallocation_refused',
  'Money arrived after the release and the booth was gone.',
  {
    invoiceId: id,
  },
);
export type ApplicationReallocationRefused = EventData<typeof applicationReallocationRefused>;

export const applicationConfirmed = applicationEvent(
  'confirmed',
  'Seal verified and invoice paid: the booth belongs to the exhibitor.',
  booth,
);
export type ApplicationConfirmed = EventData<typeof applicationConfirmed>;

const agreementVersion = z.int().positive().describe('counts the texts of the agreement');
const agreementEvent = eventsOf('exhibition.agreement', { agreementId: id, agreementVersion, ...application }, recipients);

export const agreementGenerated = agreementEvent('generated', 'A confirmation agreement is ready to be printed, stamped and uploaded.', {});
export type AgreementGenerated = EventData<typeof agreementGenerated>;

export const agreementSealVerified = agreementEvent('seal_verified', 'The organizer accepted the stamped agreement.', {});
export type AgreementSealVerified = EventData<typeof agreementSealVerified>;

export const agreementSealRefused = agreementEvent(
  'seal_refused',
  'The organizer refused the stamped agreement; the applicant uploads a new scan.',
  {},
);
export type AgreementSealRefused = EventData<typeof agreementSealRefused>;
