import { describe, expect, it } from '@jest/globals';
import { editionChanged } from '@ciep/contracts';
import { Aggregate, newId } from '@ciep/kernel';
import { Edition, type EditionDetails } from './edition.entity.js';
import { AlreadyPublished, CodeFixed, CodeReserved, DemoIsNotCounted, EndsBeforeItStarts } from './edition.errors.js';

const details = (own: Partial<EditionDetails> = {}): EditionDetails => ({
  ordinal: 22,
  code: '22',
  title: { zh: '第二十二届', en: 'The 22nd' },
  theme: { zh: '主题', en: 'Theme' },
  startsOn: '2024-04-13',
  endsOn: '2024-04-14',
  venues: [],
  ...own,
});
const eventsOf = (edition: Edition) => Aggregate.takeEvents(edition).map(({ data }) => data);

describe(Edition, () => {
  it('is unpublished when created, and publishes an event', () => {
    const id = newId();
    const edition = Edition.plan(details(), { id });
    expect(edition).toMatchObject({ id, published: false, isDemo: false, ordinal: 22 });
    expect(Aggregate.takeEvents(edition)).toEqual([
      editionChanged({ editionId: id, ordinal: 22, code: '22', startsOn: '2024-04-13', endsOn: '2024-04-14', published: false }),
    ]);
  });

  it('may last one day', () => {
    expect(Edition.plan(details({ endsOn: '2024-04-13' })).endsOn).toBe('2024-04-13');
  });

  it('refuses to end before it starts, on creation and on change', () => {
    expect(() => Edition.plan(details({ endsOn: '2024-04-12' }))).toThrow(EndsBeforeItStarts);
    const edition = Edition.plan(details());
    expect(() => edition.change({ startsOn: '2024-04-15' })).toThrow(EndsBeforeItStarts);
  });

  it('refuses a code that is reserved in URLs', () => {
    expect(() => Edition.plan(details({ code: 'current' }))).toThrow(CodeReserved);
  });

  it('changes only the given fields', () => {
    const edition = Edition.plan(details());
    eventsOf(edition);
    edition.change({ endsOn: '2024-04-20' });
    expect(edition).toMatchObject({ ...details(), endsOn: '2024-04-20' });
    expect(eventsOf(edition)).toMatchObject([{ endsOn: '2024-04-20', startsOn: '2024-04-13' }]);
  });

  it('can be published once', () => {
    const edition = Edition.plan(details());
    eventsOf(edition);
    edition.publish();
    expect(eventsOf(edition)).toMatchObject([{ published: true }]);
    expect(() => edition.publish()).toThrow(AlreadyPublished);
  });

  it('is not counted if it is the demo edition', () => {
    const demo = Edition.plan(details({ ordinal: null }), { isDemo: true });
    expect(() => demo.change({ ordinal: 23 })).toThrow(DemoIsNotCounted);
    expect(() => Edition.plan(details({ ordinal: 23 }), { isDemo: true })).toThrow(DemoIsNotCounted);
  });

  it('keeps its code once published', () => {
    const edition = Edition.plan(details());
    edition.change({ code: 'xxii' });
    edition.publish();
    expect(() => edition.change({ code: '22' })).toThrow(CodeFixed);
    edition.change({ code: 'xxii', ordinal: 23 });
    expect(edition).toMatchObject({ code: 'xxii', ordinal: 23 });
  });
});
