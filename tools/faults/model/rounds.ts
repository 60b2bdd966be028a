import fc from 'fast-check';
import { Actors, type Wish } from './actors.js';
import { booksOf, holders, mustBalance } from './books.js';
import { atRest, explain, manyWorlds, shows, viewOf, type Happening } from './explain.js';
import { act, type Move, type Rules } from './moves.js';
import type { ModelStage } from './stage.js';
import type { World } from './world.js';

/** The state of one run: every possible world, and the rules. */
export interface Model {
  worlds: readonly World[];
  readonly rules: Rules;
}

/** The real side: people, and the platform that they use. */
export interface Real {
  readonly stage: ModelStage;
  readonly actors: Actors;
}

/** An intended move of any kind, or (`sensible`) one that the rules allow at that moment. */
export type Whim = Omit<Wish, 'kind'> & { readonly kind: Wish['kind'] | 'sensible'; readonly pick: number };

/** The platform did something that no order of events explains. */
export class Divergence extends Error {
  override readonly name = 'Divergence';
}

const mostBookings = 4;
const firstBookings = 3;
const setbacks: readonly Wish['kind'][] = ['withdraw', 'reject', 'release', 'return', 'unendorse'];
const kinds: readonly Move['kind'][] = [
  ...(['submit', 'withdraw', 'endorse', 'override', 'unendorse', 'return', 'reject', 'release'] as const),
  ...(['approve', 'swap', 'extend', 'scan', 'verify', 'pay', 'refund'] as const),
];

/** A few people act concurrently; in a calm round everything then settles and is compared. */
export class Round implements fc.AsyncCommand<Model, Real> {
  private happenings: readonly (readonly Happening[])[] = [];

  constructor(
    private readonly whims: readonly Whim[],
    private readonly calm: boolean,
  ) {}

  check(): boolean {
    return true;
  }

  async run(model: Model, { stage, actors }: Real): Promise<void> {
    const wishes = wishesOf(this.whims, model);
    const day = model.worlds[0]?.day ?? 0;
    this.happenings = await Promise.all(wishes.map(wish => actors.fulfil(wish, day)));
    const after = explain(model.worlds, this.happenings, model.rules);
    if (after.length === 0) throw new Divergence(`nothing explains ${this.toString()} in ${JSON.stringify(model.worlds)}`);
    model.worlds = after;
    if (this.calm || after.length > manyWorlds) await compare(model, { stage, actors });
  }

  toString(): string {
    return `${this.calm ? 'calmly ' : ''}${JSON.stringify(this.happenings.length > 0 ? this.happenings : this.whims)}`;
  }
}

/** A day passes: what was due the day before yesterday has no grace left. */
export class NextDay implements fc.AsyncCommand<Model, Real> {
  check(): boolean {
    return true;
  }

  async run(model: Model, { stage }: Real): Promise<void> {
    await stage.nextDay();
    model.worlds = model.worlds.map(world => ({ ...world, day: world.day + 1 }));
  }

  toString(): string {
    return 'a day passes';
  }
}

/** Lets everything settle, and keeps the worlds that match the platform. */
export async function compare(model: Model, { stage, actors }: Real): Promise<void> {
  await stage.settle();
  const { ids, scene } = actors;
  const views = await Promise.all(ids.map((_, of) => actors.look(of)));
  const { body: quota } = await stage.story.shenzhen.get<{ taken: number; overridden: number }>(
    `/v1/exhibition/editions/${scene.editionId}/quotas/${scene.regionCode}`,
  );
  const boothIds = scene.booths.map(({ id }) => id);
  const books = {
    holders: await holders(stage.database('exhibition'), boothIds, ids),
    taken: quota.taken - scene.before.taken,
    beyond: quota.overridden - scene.before.beyond,
  };
  await mustBalance(stage.database('billing'), ids);
  const possible = atRest(model.worlds, model.rules);
  const fitting = possible.filter(
    world =>
      JSON.stringify(booksOf(world)) === JSON.stringify(books) &&
      world.bookings.every((booking, of) => shows(viewOf(booking), views[of] ?? {})),
  );
  if (fitting.length === 0)
    throw new Divergence(`the platform is at ${JSON.stringify({ views, books })}, it should be at ${JSON.stringify(expected(possible))}`);
  model.worlds = fitting;
}

const expected = (worlds: readonly World[]): object[] =>
  worlds.slice(0, 3).map(world => ({ views: world.bookings.map(viewOf), books: booksOf(world) }));

const plain = { booth: 0, days: 0, half: false, again: false, pick: 0 };

/** At the start some have already applied. */
export const begin = (model: Model, real: Real): Promise<void> =>
  new Round(
    Array.from({ length: firstBookings }, () => ({ ...plain, kind: 'apply', of: 0 })),
    false,
  ).run(model, real);

/** At the end everybody who can withdraws, so that places and booths are free again. */
export async function giveBack(model: Model, real: Real): Promise<void> {
  await compare(model, real);
  const open = real.actors.ids.flatMap((_, of) => {
    const status = model.worlds[0]?.bookings[of]?.application.status ?? '';
    return ['submitted', 'returned', 'approved', 'confirmed'].includes(status) ? [{ ...plain, kind: 'withdraw' as const, of }] : [];
  });
  await new Round(open, true).run(model, real);
  for (const { taken, beyond, bookings } of model.worlds)
    if (taken !== 0 || beyond !== 0) throw new Divergence(`places stay taken: ${JSON.stringify({ taken, beyond, bookings })}`);
}

function wishesOf(whims: readonly Whim[], { worlds, rules }: Model): Wish[] {
  const [world] = worlds;
  if (!world) throw new Error('there is no world');
  const present = world.bookings.length;
  let applications = present;
  return whims.map(({ kind, pick, ...whim }): Wish => {
    if (kind === 'apply' || present === 0) {
      if (applications < mostBookings) return { ...whim, kind: 'apply', of: applications++ };
      return sensible(world, rules, { ...whim, pick });
    }
    return kind === 'sensible' ? sensible(world, rules, { ...whim, pick }) : { ...whim, kind, of: whim.of % present };
  });
}

/** One of the moves that would succeed if nobody else acted. */
function sensible(world: World, rules: Rules, { pick, ...whim }: Omit<Whim, 'kind'>): Wish {
  const open = world.bookings.flatMap((_, of) =>
    kinds.flatMap(kind => {
      const wish = { ...whim, kind, of };
      return act(world, moveIn(world, wish), rules).answer === 'ok' ? [wish] : [];
    }),
  );
  const goingOn = open.filter(({ kind }) => !setbacks.includes(kind));
  // Setbacks are rare enough for bookings to make progress.
  const chosen = goingOn.length > 0 && pick % 5 > 0 ? goingOn : open;
  return chosen[Math.floor(pick / 5) % chosen.length] ?? { ...whim, kind: 'withdraw', of: 0 };
}

function moveIn({ bookings, day, gross }: World, { kind, of, booth, days, half }: Wish): Move {
  const { application, agreement } = bookings[of] ?? {};
  const version = (kind === 'verify' ? agreement?.version : application?.version) ?? 0;
  return { kind, of, version, booth, payBy: day + days, amount: half ? gross / 2 : gross };
}

/** Draws the rounds and days of a run. */
export const steps: readonly fc.Arbitrary<fc.AsyncCommand<Model, Real>>[] = (() => {
  const any = fc.constantFrom('apply' as const, ...kinds);
  const whim = fc.record({
    kind: fc.oneof({ weight: 5, arbitrary: fc.constant('sensible' as const) }, { weight: 3, arbitrary: any }),
    of: fc.nat(mostBookings - 1),
    booth: fc.nat(1),
    days: fc.nat(2),
    half: fc.boolean(),
    again: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    pick: fc.nat(),
  });
  const round = fc
    .tuple(fc.array(whim, { minLength: 1, maxLength: 3 }), fc.boolean())
    .map(([whims, calm]): fc.AsyncCommand<Model, Real> => new Round(whims, calm));
  const nextDay = fc.constant(undefined).map((): fc.AsyncCommand<Model, Real> => new NextDay());
  return [fc.oneof({ weight: 9, arbitrary: round }, { weight: 1, arbitrary: nextDay })];
})();
