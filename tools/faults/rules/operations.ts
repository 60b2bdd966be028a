import type { Rule } from '../checker.js';
import type { Evidence } from '../evidence.js';
import { thingOf, type Operation } from '../history.js';

const described = ({ id, name, client, key }: Operation) => `operation ${id} ${name} of ${client} (key ${key})`;
const writes = ({ operations }: Evidence) => operations.filter(({ key }) => key !== undefined);
const count = <Item>(items: Iterable<Item>): Map<Item, number> => {
  const counted = new Map<Item, number>();
  for (const item of items) counted.set(item, (counted.get(item) ?? 0) + 1);
  return counted;
};

/** How many rows contain each mark that clients put into their writes. */
const marksIn = ({ applications, payments, refunds }: Evidence) =>
  count([...applications, ...payments, ...refunds].flatMap(({ mark }) => (mark === null ? [] : [mark])));

const isKept = (status: number | undefined) => status !== undefined && status >= 200 && status < 300;

/** The answers to the clients were true. */
export const operationRules: readonly Rule[] = [
  {
    name: 'an acknowledged write is stored exactly once',
    *broken(evidence) {
      const marks = marksIn(evidence);
      const audited = count(evidence.audit.map(({ aggregate, id, version }) => `${aggregate} ${id} ${version}`));
      for (const write of writes(evidence).filter(({ outcome }) => outcome === 'ok')) {
        if (!isKept(evidence.keptAnswers.get(write.key ?? ''))) yield `${described(write)}: its key is not there`;
        if (write.mark !== undefined && marks.get(write.mark) !== 1)
          yield `${described(write)}: its effect is there ${marks.get(write.mark) ?? 0} times`;
        const version = write.subject?.version;
        if (version === undefined) continue;
        const entries = audited.get(`${thingOf(write)} ${version}`) ?? 0;
        if (entries !== 1) yield `${described(write)}: version ${version} of ${thingOf(write)} is in the audit trail ${entries} times`;
      }
    },
  },
  {
    name: 'a refused write leaves nothing',
    *broken(evidence) {
      const marks = marksIn(evidence);
      for (const write of writes(evidence).filter(({ outcome }) => outcome === 'fail')) {
        if (isKept(evidence.keptAnswers.get(write.key ?? ''))) yield `${described(write)}: its key stands for a success`;
        if (write.mark !== undefined && marks.has(write.mark)) yield `${described(write)}: its effect is there`;
      }
    },
  },
  {
    name: 'a write with unknown outcome happens once or not at all',
    *broken(evidence) {
      const marks = marksIn(evidence);
      for (const write of writes(evidence).filter(({ outcome }) => outcome === 'unknown')) {
        if (write.mark === undefined) continue;
        const effects = marks.get(write.mark) ?? 0;
        const kept = isKept(evidence.keptAnswers.get(write.key ?? ''));
        if (effects > 1) yield `${described(write)}: its effect is there ${effects} times`;
        if ((effects === 1) !== kept) yield `${described(write)}: its effect is there ${effects} times, its key ${kept ? 'is' : 'is not'}`;
      }
    },
  },
  {
    name: 'a client reads its own acknowledged writes',
    *broken({ operations }) {
      const written = Map.groupBy(
        operations.filter(({ outcome, key, subject }) => outcome === 'ok' && key !== undefined && subject?.version !== undefined),
        thingOf,
      );
      for (const read of operations) {
        if (read.outcome !== 'ok' || read.key !== undefined || read.subject?.version === undefined) continue;
        const before = (written.get(thingOf(read)) ?? []).filter(({ ended }) => ended < read.begun);
        const newest = Math.max(0, ...before.map(({ subject }) => subject?.version ?? 0));
        if (read.subject.version < newest)
          yield `read ${read.id} saw version ${read.subject.version} of ${thingOf(read)} after ${newest} was acknowledged`;
      }
    },
  },
];
