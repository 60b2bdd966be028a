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
const told = (edition: Edition) => Aggregate.takeFacts(edition).map(({ data }) => data);

describe(Edition, () => {
  it('is unpublished when planned, and tells so', () => {
    const id = newId();
    const edition = Edition.plan(details(), { id });
    expect(edition).toMatchObject({ id, published: false, isDemo: false, ordinal: 22 });
    expect(Aggregate.takeFacts(edition)).toEqual([
      editionChanged({ editionId: id, ordinal: 22, code: '22', startsOn: '2024-04-13', endsOn: '2024-04-14', published: false }),
    ]);
  });

  it('may last one day', () => {
    expect(Edition.plan(details({ endsOn: '2024-04-13' })).endsOn).toBe('2024-04-13');
  });

  it('refuses to end before it starts, when planned and when changed', () => {
    expect(() => Edition.plan(details({ endsOn: '2024-04-12' }))).toThrow(EndsBeforeItStarts);
    const edition = Edition.plan(details());
    expect(() => edition.change({ startsOn: '2024-04-15' })).toThrow(EndsBeforeItStarts);
  });

  it('refuses a code that means something else in addresses', () => {
    expect(() => Edition.plan(details({ code: 'current' }))).toThrow(CodeReserved);
  });

  it('changes only what is given', () => {
    const edition = Edition.plan(details());
    told(edition);
    edition.change({ endsOn: '2024-04-20' });
    expect(edition).toMatchObject({ ...details(), endsOn: '2024-04-20' });
    expect(told(edition)).toMatchObject([{ endsOn: '2024-04-20', startsOn: '2024-04-13' }]);
  });

  it('is published once', () => {
    const edition = Edition.plan(details());
    told(edition);
    edition.publish();
    expect(told(edition)).toMatchObject([{ published: true }]);
    expect(() => edition.publish()).toThrow(AlreadyPublished);
  });

  it('is not counted when it is the demo', () => {
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
