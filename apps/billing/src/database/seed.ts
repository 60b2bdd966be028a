import { seeds } from '@ciep/contracts';
import { Database, type Finder } from '@ciep/platform';
import { DraftFeeSchedule } from '../fee-schedules/draft-fee-schedule.use-case.js';
import type { FeeScheduleContent } from '../fee-schedules/fee-schedule.entity.js';
import { FeeScheduleRepository } from '../fee-schedules/fee-schedule.repository.js';
import { PublishFeeSchedule } from '../fee-schedules/publish-fee-schedule.use-case.js';

const inForceFrom = new Date('2022-10-01T00:00:00+08:00');

const invented: FeeScheduleContent = {
  taxBasisPoints: 600,
  graceDays: 3,
  note: { zh: '虚构的示例价格，公告未公布收费标准。', en: 'Invented sample prices: the notices publish no fees.' },
  lines: [
    { boothType: 'standard', unit: 'booth', amount: 1_200_000 },
    { boothType: 'corner', unit: 'booth', amount: 1_350_000 },
    { boothType: 'raw_space', unit: 'square_metre', amount: 100_000 },
  ],
};

/** Prices for the 21st edition and the demo edition, unless other prices are published. Runs at every start. */
export async function seedBilling(find: Finder): Promise<void> {
  const [schedules, draft, publish] = [find(FeeScheduleRepository), find(DraftFeeSchedule), find(PublishFeeSchedule)];
  for (const editionId of [seeds.edition21, seeds.demoEdition]) {
    await find(Database).transaction(async tx => {
      await schedules.lockEdition(tx, editionId);
      if (await schedules.inForce(tx, editionId, inForceFrom)) return;
      const id = await draft.execute({ editionId, content: invented }, tx);
      await publish.execute({ id, version: 1, inForceFrom }, tx);
    });
  }
}
