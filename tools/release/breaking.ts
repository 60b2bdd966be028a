import { bounds, type Fact, type Facts } from './facts.js';

/**
 * The differences that break clients, each with its name: what they send is refused, what they get is another thing or missing, or a
 * generated client has another method.
 *
 * ```ts
 * breakingDifferences(released, present);
 * // ['GET /v1/a is gone', 'sent ThingDto.name: is required', 'answered ThingDto.kind: enum gains other']
 * ```
 */
export function breakingDifferences(released: Facts, present: Facts): string[] {
  const differences = [...released].flatMap(([place, was]) => {
    const is = present.get(place);
    if (is) return differencesAt(place, was, is);
    return isSeen(place, present) ? [`${place} is gone`] : [];
  });
  const additions = [...present]
    .filter(([place]) => !released.has(place) && isSeen(place, released))
    .flatMap(([place, is]) => {
      if (isSent(place)) return is['required'] === true ? [`${place}: is new and required`] : [];
      return /^\S+ \S+ answered \d+$/.test(place) ? [`${place} is new`] : [];
    });
  return [...differences, ...additions].sort();
}

const isSent = (place: string): boolean => /^(?:\S+ \S+ )?sent /.test(place);

/** Whether the parent of a place exists in both, so that its loss or gain is a difference of its own. A schema is compared where it is used. */
function isSeen(place: string, facts: Facts): boolean {
  const owner = ownerOf(place);
  return owner === undefined ? !/^(?:sent|answered) /.test(place) : facts.has(owner);
}

/** The operation of a parameter, the schema of a field, the list of an item. */
function ownerOf(place: string): string | undefined {
  if (/^\S+ \S+$/.test(place) && !/^(?:sent|answered) \w+(?:\.|\[)/.test(place)) return undefined;
  const whole = place.replace(/(?:\.\w+|\[\])$/, '');
  return whole === place ? place.split(' ').slice(0, 2).join(' ') : whole;
}

type Value = Fact[string] | undefined;
type Difference = (was: Value, is: Value) => string | undefined;

const words = (value: Value): readonly string[] => (Array.isArray(value) ? (value as readonly string[]) : []);
const missing = (from: Value, other: Value): string[] => words(from).filter(word => !words(other).includes(word));
const said = (verb: string, which: readonly string[]): string | undefined => (which.length > 0 ? `${verb} ${which.join(', ')}` : undefined);

/** Fewer words than before, or some where all were allowed. */
const loses: Difference = (was, is) =>
  was === undefined ? said('is only', words(is)) : is === undefined ? undefined : said('loses', missing(was, is));
/** More words than before, or all where some were promised. */
const gains: Difference = (was, is) =>
  was === undefined ? undefined : is === undefined ? 'may be anything' : said('gains', missing(is, was));
const lacks: Difference = (was, is) => said('loses', missing(was, is));
const changes: Difference = (was, is) =>
  JSON.stringify(was) === JSON.stringify(is)
    ? undefined
    : `was ${words(was).join(' ') || 'nothing'}, is ${words(is).join(' ') || 'nothing'}`;
const appears: Difference = (was, is) =>
  is === undefined || JSON.stringify(was) === JSON.stringify(is) ? undefined : `is ${String(is)} now`;
const rises: Difference = (was, is) =>
  typeof is === 'number' && is > (typeof was === 'number' ? was : -Infinity) ? `rises to ${is}` : undefined;
const falls: Difference = (was, is) =>
  typeof is === 'number' && is < (typeof was === 'number' ? was : Infinity) ? `falls to ${is}` : undefined;
const opens: Difference = (was, is) => (words(is).includes('public') ? undefined : changes(was, is));

const ofOperations: Readonly<Record<string, Difference>> = { operation: changes, access: opens };
const ofSent: Readonly<Record<string, Difference>> = {
  required: (was, is) => (was !== true && is === true ? 'is required' : undefined),
  type: loses,
  enum: loses,
  schema: loses,
  media: loses,
  format: appears,
  pattern: appears,
  uniqueItems: appears,
  closed: appears,
  ...Object.fromEntries(bounds.map(bound => [bound, bound.startsWith('min') ? rises : falls])),
};
const ofAnswered: Readonly<Record<string, Difference>> = {
  required: (was, is) => (was === true && is !== true ? 'may be absent' : undefined),
  type: gains,
  enum: gains,
  schema: gains,
  media: changes,
  headers: lacks,
  format: (was, is) => (was === undefined ? undefined : changes(was, is)),
};

function differencesAt(place: string, was: Fact, is: Fact): string[] {
  const kinds = 'operation' in was ? ofOperations : isSent(place) ? ofSent : ofAnswered;
  return Object.entries(kinds).flatMap(([kind, difference]) => {
    const found = difference(was[kind], is[kind]);
    return found === undefined ? [] : [`${place}: ${kind === 'required' ? '' : `${kind} `}${found}`];
  });
}
