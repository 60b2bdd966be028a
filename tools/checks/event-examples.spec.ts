import { describe, expect, it } from '@jest/globals';
import { contractEvents, type KnownEvent } from './contract-events.js';
import { eventExampleFaults } from './event-examples.js';
import { canary, repository } from './tree.js';

describe('examples of events', () => {
  it('every event has a valid example, and every example has its event', () => {
    const events = contractEvents();
    expect(events.length).toBeGreaterThan(0);
    expect(eventExampleFaults(repository, events)).toEqual([]);
  });

  it('canary: missing, invalid, unreadable and orphaned examples are found', () => {
    const event = (verb: string): KnownEvent => ({
      name: `paper_${verb}`,
      service: 'gamma',
      title: `gamma.paper.${verb}`,
      file: `paper.${verb}.v1`,
      refusal: data => (typeof data === 'object' && data !== null && 'paperId' in data ? undefined : 'paperId is missing'),
    });
    expect(eventExampleFaults(canary, ['accepted', 'missed', 'unfit', 'broken'].map(event))).toEqual([
      'gamma/paper.broken.v1.json: SyntaxError: Unexpected token \'h\', "half a file\n" is not valid JSON',
      'gamma/paper.forgotten.v1.json: there is no such event',
      'gamma/paper.missed.v1.json: is missing',
      'gamma/paper.unfit.v1.json: paperId is missing',
    ]);
  });
});
