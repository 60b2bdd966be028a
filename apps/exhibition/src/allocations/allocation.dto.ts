import { CalendarDate, Text, Uuid } from '@ciep/platform';

export class ApproveApplicationDto {
  @Uuid({ description: 'booth to allocate: on the board and in the area that were applied for' })
  boothId!: string;

  @CalendarDate({
    optional: true,
    description: 'last day to pay (in China); at the latest the day before the edition starts; absent: the usual number of days from today',
  })
  payBy?: string;
}

export class SwapBoothDto {
  @Uuid({ description: 'another free booth of the same type and size' })
  boothId!: string;
}

export class ExtendPayByDto {
  @CalendarDate({ description: 'a later last day to pay (in China), at the latest the day before the edition starts' })
  payBy!: string;
}

export class ReleaseBoothDto {
  @Text({ max: 2_000, lines: true, description: 'why; the applicant reads it' })
  reason!: string;
}
