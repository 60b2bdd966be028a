/**
 * Ids shared by the seeds of several services, so that each can load its part of the 21st edition and of the demo edition without calling
 * another service.
 */
export const seeds = {
  edition21: '01860000-0000-7000-8000-000000000021',
  demoEdition: '01860000-0000-7000-8000-00000000de30',
  /** The executor's organisation, to which the organizer's people belong. */
  organizer: '01860000-0000-7000-8000-0000000000a1',
  /** The partner unit of a region: its last six digits are the region's code. */
  partnerOf: (regionCode: string): string => `01860000-0000-7000-8000-0000b0${regionCode}`,
  /** Undertakers who decide on applications for boards, by number. */
  undertaker: (number: number): string => `01860000-0000-7000-8000-0000c0${String(number).padStart(6, '0')}`,
} as const;
