import { type MilestoneKind, seeds } from '@ciep/contracts';
import { chineseDate, Clock, daysAfter, startOfChineseDay } from '@ciep/kernel';
import { Database, type Finder, type Tx } from '@ciep/platform';
import { ChangeEdition } from '../editions/change-edition.use-case.js';
import { CloneEdition } from '../editions/clone-edition.use-case.js';
import { CreateEdition } from '../editions/create-edition.use-case.js';
import { EditionRepository } from '../editions/edition.repository.js';
import { PublishEdition } from '../editions/publish-edition.use-case.js';
import { MilestoneRepository } from '../milestones/milestone.repository.js';
import { movedAlong } from '../milestones/milestone.rules.js';
import { MoveMilestone } from '../milestones/move-milestone.use-case.js';
import { SetMilestone } from '../milestones/set-milestone.use-case.js';

const dayMs = 24 * 3_600_000;

/** The deadline of the demo edition is never nearer than this at a start; a nearer one is moved this far ahead. */
const nearestDeadlineDays = 30;
const freshDeadlineDays = 60;

/** The dates of the 21st edition (docs/rules.md#milestones). */
const datesOf21: readonly (readonly [MilestoneKind, string])[] = [
  ['forum_plan_deadline', '2023-03-11T00:00:00+08:00'],
  ['forum_venue_deadline', '2023-03-11T00:00:00+08:00'],
  ['exhibition_application_deadline', '2023-03-25T00:00:00+08:00'],
  ['set_up_start', '2023-04-13T00:00:00+08:00'],
  ['set_up_end', '2023-04-15T00:00:00+08:00'],
  ['opening', '2023-04-15T00:00:00+08:00'],
  ['closing', '2023-04-17T00:00:00+08:00'],
  ['year_end', '2024-01-01T00:00:00+08:00'],
];

/**
 * Loads the 21st edition and the demo edition by the use cases of the API. A second run only moves the demo edition's dates ahead if its
 * deadline is near.
 */
export async function seedConference(get: Finder): Promise<void> {
  await get(Database).transaction(async tx => {
    const editions = get(EditionRepository).in(tx);
    if (!(await editions.find(seeds.edition21))) await load21stEdition(get, tx);
    if (await editions.find(seeds.demoEdition)) await keepDemoAhead(get, tx);
    else await cloneDemoEdition(get, tx);
  });
}

async function load21stEdition(get: Finder, tx: Tx): Promise<void> {
  await get(CreateEdition).execute(
    {
      id: seeds.edition21,
      details: {
        ordinal: 21,
        code: '21',
        title: { zh: '第二十一届中国国际人才交流大会', en: 'The 21st Conference on International Exchange of Professionals' },
        theme: {
          zh: '促科技创新、谋共同发展、惠全球人才',
          en: 'Promoting scientific and technological innovation, seeking common development, and benefiting global talents',
        },
        startsOn: '2023-04-15',
        endsOn: '2023-04-16',
        venues: [
          { zh: '深圳会展中心1—6号馆', en: 'Shenzhen Convention and Exhibition Center, halls 1–6' },
          { zh: '深圳会展中心五、六楼会议室', en: 'Shenzhen Convention and Exhibition Center, meeting rooms on the 5th and 6th floors' },
          { zh: '五洲宾馆部分会议室', en: 'Wuzhou Guesthouse, some meeting rooms' },
        ],
      },
    },
    tx,
  );
  for (const [kind, at] of datesOf21) await get(SetMilestone).execute({ editionId: seeds.edition21, kind, at: new Date(at) }, tx);
  await get(PublishEdition).execute({ id: seeds.edition21 }, tx);
}

async function cloneDemoEdition(get: Finder, tx: Tx): Promise<void> {
  const today = chineseDate(get(Clock).now());
  const source = await get(EditionRepository).in(tx).get(seeds.edition21);
  const deadline = datesOf21.find(([kind]) => kind === 'exhibition_application_deadline')?.[1] ?? source.startsOn;
  const fromDeadlineToStart = Math.round((startOfChineseDay(source.startsOn).getTime() - new Date(deadline).getTime()) / dayMs);
  await get(CloneEdition).execute(
    {
      sourceId: seeds.edition21,
      id: seeds.demoEdition,
      isDemo: true,
      details: {
        ordinal: null,
        code: 'demo',
        title: { zh: '演示届次（并非真实大会）', en: 'Demo edition (not a real conference)' },
        startsOn: daysAfter(today, freshDeadlineDays + fromDeadlineToStart),
      },
    },
    tx,
  );
  await get(PublishEdition).execute({ id: seeds.demoEdition }, tx);
}

async function keepDemoAhead(get: Finder, tx: Tx): Promise<void> {
  const now = get(Clock).now();
  const milestones = await get(MilestoneRepository).ofEdition(tx, seeds.demoEdition);
  const deadline = milestones.find(({ kind }) => kind === 'exhibition_application_deadline');
  if (!deadline || deadline.at.getTime() >= now.getTime() + nearestDeadlineDays * dayMs) return;

  const days = Math.ceil((now.getTime() - deadline.at.getTime()) / dayMs) + freshDeadlineDays;
  const edition = await get(EditionRepository).in(tx).get(seeds.demoEdition);
  const [startsOn, endsOn] = [daysAfter(edition.startsOn, days), daysAfter(edition.endsOn, days)];
  await get(ChangeEdition).execute({ id: seeds.demoEdition, details: { startsOn, endsOn } }, tx);
  for (const milestone of milestones) {
    await get(MoveMilestone).execute({ id: milestone.id, at: movedAlong(milestone, days, startsOn) }, tx);
  }
}
