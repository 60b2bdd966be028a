import { describe, expect, it } from '@jest/globals';
import { decide, type Wishes } from './organisation-choice.rules.js';

const [a, b, others] = ['a', 'b', 'of others'];
const decided = (organisationId: string | null) => ({ kind: 'decided', organisationId });
const ask = { kind: 'ask' };

describe('the organisation of a login', () => {
  it.each<[string, Wishes, object]>([
    ['is the only one', { own: [a] }, decided(a)],
    ['is the only one even if the application wants the person to choose', { own: [a], isAskedAgain: true }, decided(a)],
    ['is none for a person who belongs to none', { own: [] }, decided(null)],
    ['is asked for if there are several', { own: [a, b] }, ask],
    ['stays what it was in this session', { own: [a, b], present: b }, decided(b)],
    ['is asked for again if the application wants that', { own: [a, b], present: b, isAskedAgain: true }, ask],
    ['is asked for again if the person has left it', { own: [a, b], present: others }, ask],
    ['is asked for if the person belonged to none before', { own: [a, b], present: null }, ask],
    ['is the remaining one after the person has left the other', { own: [a], present: b }, decided(a)],
    ['is what the person chooses', { own: [a, b], chosen: a, present: b, isAskedAgain: true, wanted: b }, decided(a)],
    ['is not what the person forges', { own: [a, b], chosen: others, present: b }, ask],
    ['is not what a person with one organisation forges', { own: [a], chosen: others }, ask],
    ['is not none if there is one', { own: [a], chosen: null }, ask],
    ['is none by choice if there is no other', { own: [], chosen: null, wanted: others }, decided(null)],
    ['is what the application wants', { own: [a, b], wanted: a, present: b }, decided(a)],
    ['is asked for if the application wants one of others', { own: [a, b], wanted: others, present: b }, ask],
    ['is asked for even of a person with one organisation, if the application wants one of others', { own: [a], wanted: others }, ask],
    ['is asked for even of a person with none, if the application wants one of others', { own: [], wanted: others }, ask],
    ['is asked for if the application wants one and the choice of the person', { own: [a, b], wanted: a, isAskedAgain: true }, ask],
  ])('%s', (_what, wishes, outcome) => {
    expect(decide(wishes)).toEqual(outcome);
  });
});
