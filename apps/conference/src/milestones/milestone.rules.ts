import type { MilestoneKind } from '@ciep/contracts';
import { startOfChineseDay } from '@ciep/kernel';

const dayMs = 24 * 3_600_000;

/**
 * The instant of a milestone after its edition has moved by some days to start on `startsOn`: at the same distance. The end of the year
 * stays the end of the year (docs/rules.md#clone).
 */
export const movedAlong = ({ kind, at }: { kind: MilestoneKind; at: Date }, days: number, startsOn: string): Date =>
  kind === 'year_end' ? startOfChineseDay(`${Number(startsOn.slice(0, 4)) + 1}-01-01`) : new Date(at.getTime() + days * dayMs);
