import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { defineEvent, eventCatalogue } from '@ciep/contracts';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Letters, ownTemplates } from '../../apps/notification/src/mails/letters.service.js';
import { ownMails } from '../../apps/notification/src/mails/mail-templates.rules.js';
import { templateFaults } from './mail-templates.js';
import { canary } from './tree.js';

describe('templates of mails', () => {
  it('each have a recipient that their event concerns, and use existing variables', () => {
    const letters = new Letters(ownTemplates);
    expect(letters.names.length).toBeGreaterThan(30);
    expect(templateFaults(letters, [...eventCatalogue.values()], ownMails)).toEqual([]);
  });

  it('canary: finds every fault', () => {
    const accepted = defineEvent(
      'canary.paper.accepted.v1',
      'For the test.',
      z.object({
        paperId: z.uuid(),
        applicationId: z.uuid(),
        organisationId: z.uuid(),
        personId: z.uuid(),
        score: z.int(),
        remark: z.string().optional(),
        note: z.object({ text: z.string() }),
      }),
      { concerns: { organisation: 'organisationId', person: 'personId' } },
    );
    const judged = defineEvent(
      'canary.paper.judged.v1',
      'For the test.',
      z.object({ organisationId: z.uuid(), verdict: z.enum(['good', 'bad']) }),
      { concerns: { organisation: 'organisationId' }, mailsBy: 'verdict' },
    );
    const letters = new Letters(pathToFileURL(join(canary, 'templates/')));
    expect(templateFaults(letters, [accepted, judged], { 'own-mail': ['host'], 'other-mail': [] })).toEqual([
      'canary.paper.accepted.v1.person: asks for application.colour, which canary.paper.accepted.v1 has not got',
      'canary.paper.accepted.v1.person: asks for invoice.number, which canary.paper.accepted.v1 has not got',
      'canary.paper.accepted.v1.person: asks for link, which canary.paper.accepted.v1 has not got',
      'canary.paper.accepted.v1.person: asks for note.colour, which canary.paper.accepted.v1 has not got',
      'canary.paper.accepted.v1.person: asks for remark, which canary.paper.accepted.v1 has not got',
      'canary.paper.accepted.v1.person: asks for title, which canary.paper.accepted.v1 has not got',
      'canary.paper.accepted.v1.region: canary.paper.accepted.v1 concerns no region',
      'canary.paper.accepted.v1: no event is called so, and no mail of our own',
      'canary.paper.burnt.v1.organisation: no event is called so, and no mail of our own',
      'canary.paper.judged.v1.organisation.bad: there is no template',
      'canary.paper.judged.v1.organisation.splendid: the mails of canary.paper.judged.v1 do not differ by splendid',
      'other-mail: there is no template',
      'own-mail: asks for secret, which it is not given',
    ]);
  });
});
