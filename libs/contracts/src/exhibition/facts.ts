import { z } from 'zod';
import { defineFact, type FactData } from '../fact-type.js';
import { date, id, instant, region } from '../fields.js';

/** Inside a regional board: policies and services of the government, or the ten selected enterprises (docs/rules.md#areas). */
export const areaTypes = ['government', 'enterprise', 'general'] as const;
export type AreaType = (typeof areaTypes)[number];

/** What a booth is built of; fee schedules price by it. */
export const boothTypes = ['standard', 'corner', 'raw_space'] as const;
export type BoothType = (typeof boothTypes)[number];

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

const tell = <Shape extends z.ZodRawShape>(verb: string, meaning: string, shape: Shape) =>
  defineFact(`exhibition.application.${verb}.v1`, meaning, z.object({ ...application, ...shape }));

export const applicationSubmitted = tell('submitted', 'A booth application was handed in (again, when it had been returned).', {
  areaType: z.enum(areaTypes),
  late: z.boolean().describe('handed in after the deadline, by a waiver'),
});
export type ApplicationSubmitted = FactData<typeof applicationSubmitted>;

export const applicationEndorsed = tell('endorsed', 'The region endorsed the application; one of its places is taken.', {
  byOverride: z.boolean().describe('by the organizer in place of the region; takes none of its places'),
});
export type ApplicationEndorsed = FactData<typeof applicationEndorsed>;

export const applicationEndorsementWithdrawn = tell(
  'endorsement_withdrawn',
  'The region took its endorsement back; the place is free again.',
  {},
);
export type ApplicationEndorsementWithdrawn = FactData<typeof applicationEndorsementWithdrawn>;

export const applicationReturned = tell('returned', 'The application goes back to the applicant for correction.', {
  correctBy: instant.describe('until when it may be handed in again'),
});
export type ApplicationReturned = FactData<typeof applicationReturned>;

export const applicationRejected = tell('rejected', 'The organizer refused the application.', {});
export type ApplicationRejected = FactData<typeof applicationRejected>;

export const applicationApproved = tell(
  'approved',
  'The application was approved and a booth allocated, to be paid by the end of `payBy`.',
  {
    allocationId: id,
    ...booth,
    payBy,
  },
);
export type ApplicationApproved = FactData<typeof applicationApproved>;

export const applicationBoothSwapped = tell(
  'booth_swapped',
  'The allocated booth was exchanged for another one of the same type and size.',
  {
    allocationId: id,
    ...booth,
  },
);
export type ApplicationBoothSwapped = FactData<typeof applicationBoothSwapped>;

export const applicationPayByExtended = tell('pay_by_extended', 'The organizer gave more time to pay.', { payBy });
export type ApplicationPayByExtended = FactData<typeof applicationPayByExtended>;

export const applicationWithdrawn = tell('withdrawn', 'The applicant withdrew; booth and place, if any, are free again.', {});
export type ApplicationWithdrawn = FactData<typeof applicationWithdrawn>;

export const applicationReleased = tell('released', 'The booth was taken back, because payment was overdue or by the organizer.', {
  reason: z.enum(['overdue', 'organizer']).describe('payment overdue, or decided by the organizer'),
});
export type ApplicationReleased = FactData<typeof applicationReleased>;

export const applicationReallocated = tell(
  'reallocated',
  'Money arrived after the release and the booth was still free: it is allocated again.',
  {
    allocationId: id,
    ...booth,
    invoiceId: id,
  },
);
export type ApplicationReallocated = FactData<typeof applicationReallocated>;

export const applicationReallocationRefused = tell('reallocation_refused', 'Money arrived after the release and the booth was gone.', {
  invoiceId: id,
});
export type ApplicationReallocationRefused = FactData<typeof applicationReallocationRefused>;

export const applicationConfirmed = tell('confirmed', 'Seal verified and invoice paid: the booth belongs to the exhibitor.', booth);
export type ApplicationConfirmed = FactData<typeof applicationConfirmed>;

const agreement = (verb: string, meaning: string) =>
  defineFact(
    `exhibition.agreement.${verb}.v1`,
    meaning,
    z.object({ agreementId: id, agreementVersion: z.int().positive().describe('counts the texts of the agreement'), ...application }),
  );

export const agreementGenerated = agreement('generated', 'A confirmation agreement is ready to be printed, stamped and uploaded.');
export type AgreementGenerated = FactData<typeof agreementGenerated>;

export const agreementSealVerified = agreement('seal_verified', 'The organizer accepted the stamped agreement.');
export type AgreementSealVerified = FactData<typeof agreementSealVerified>;

export const agreementSealRefused = agreement(
  'seal_refused',
  'The organizer refused the stamped agreement; the applicant uploads a new scan.',
);
export type AgreementSealRefused = FactData<typeof agreementSealRefused>;
