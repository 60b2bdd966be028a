import { act, type Move, type Rules } from './moves.js';
import { steps } from './reactions.js';
import type { Booking, World } from './world.js';

/** The observed part of a booking. */
export interface View {
  readonly application?: unknown;
  readonly agreement?: unknown;
  readonly invoice?: unknown;
}

/** What one actor did or saw, with the answer of the platform. */
export type Happening = { readonly did: Move; readonly answer: string } | { readonly of: number; readonly saw: View };

/** More worlds than this are a sign that the platform should settle first. */
export const manyWorlds = 500;

/** A booking as the API shows it; the same fields are read from the platform. */
export function viewOf({ application, agreement, invoice }: Booking): Required<View> {
  const { status, version, endorsement, booth, payBy, isPaid, isSealed } = application;
  const isHeld = status === 'approved' || status === 'confirmed';
  return {
    application: { status, version, endorsement, booth: isHeld ? booth : null, payBy: booth === null ? null : payBy, isPaid, isSealed },
    agreement: agreement && { status: agreement.status, version: agreement.version },
    invoice: invoice && {
      ...{ status: invoice.status, booth: invoice.booth, dueOn: invoice.dueOn, voidReason: invoice.voidReason },
      ...{ held: invoice.received - invoice.refunded, credit: invoice.credit },
    },
  };
}

/**
 * Every world that the platform may be in after these concurrent actions: each actor's actions in order, with any internal steps of
 * the platform in between. Empty if the rules cannot explain the answers.
 */
export function explain(worlds: readonly World[], actors: readonly (readonly Happening[])[], rules: Rules): World[] {
  const seen = new Set<string>();
  const ends = new Map<string, World>();
  const left = worlds.map(world => ({ world, done: actors.map(() => 0) }));
  for (let next = left.pop(); next; next = left.pop()) {
    const { world, done } = next;
    const key = JSON.stringify([world, done]);
    if (seen.has(key)) continue;
    seen.add(key);
    if (done.every((count, actor) => count === actors[actor]?.length)) ends.set(JSON.stringify(world), world);
    for (const [actor, happenings] of actors.entries()) {
      const happening = happenings[done[actor] ?? 0];
      const after = happening && fits(world, happening, rules);
      if (after) left.push({ world: after, done: done.map((count, at) => (at === actor ? count + 1 : count)) });
    }
    for (const world of steps(next.world)) left.push({ world, done });
  }
  return [...ends.values()];
}

/** The worlds without pending events. */
export const atRest = (worlds: readonly World[], rules: Rules): World[] =>
  explain(worlds, [], rules).filter(world => steps(world).length === 0);

function fits(world: World, happening: Happening, rules: Rules): World | undefined {
  if ('did' in happening) {
    const { answer, world: next } = act(world, happening.did, rules);
    return answer === happening.answer ? next : undefined;
  }
  const booking = world.bookings[happening.of];
  return booking && shows(viewOf(booking), happening.saw) ? world : undefined;
}

/** Whether a view matches the observed parts. */
export const shows = (view: View, saw: View): boolean =>
  Object.entries(saw).every(([part, value]) => JSON.stringify(view[part as keyof View]) === JSON.stringify(value));
