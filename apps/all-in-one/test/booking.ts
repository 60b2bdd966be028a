import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TraceCollector } from '@ciep/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../../../tools/tour/caller.js';
import type { Application } from '../../../tools/tour/story.js';
import { WebhookReceiver } from '../../../tools/tour/webhook-receiver.js';
import { Cast, type ObservedStage } from './journey.js';
import { expectLogoutEverywhere } from './logout.js';
import { expectNoTraceOfPeople } from './people.js';
import { expectMetrics, expectOneTrace } from './observation.js';

const confirmed = 'ciep.exhibition.application.confirmed.v1';

interface WithSecret {
  readonly id: string;
  readonly secret: string;
}

/** The whole booking story, late and overdue cases included, on one stage. The clock only moves forward, so the order of the tests matters. */
export function playBooking(name: string, start: (receivers: string, settings: NodeJS.ProcessEnv) => Promise<ObservedStage>): void {
  describe(`the booking story ${name}`, () => {
    const [ours, others] = [new WebhookReceiver(), new WebhookReceiver()];
    let stage: ObservedStage;
    let collector: TraceCollector;
    let cast: Cast;
    let tourPort: string;

    beforeAll(async () => {
      const addresses = [await ours.listen(0), await others.listen(0)];
      const receiverOfTour = new WebhookReceiver();
      tourPort = new URL(await receiverOfTour.listen(0)).port;
      await receiverOfTour.close();
      collector = await TraceCollector.start();
      stage = await start([...addresses.map(address => new URL(address).host), `127.0.0.1:${tourPort}`].join(','), {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
        CIEP_METRICS_PORT: '0',
      });
      cast = new Cast(stage);
      for (const [portal, receiver, url] of [
        [cast.liaoning, ours, addresses[0]],
        [cast.jilin, others, addresses[1]],
      ] as const) {
        const { body } = await portal.post<WithSecret>('/v1/notification/webhooks', { url, eventTypes: [confirmed] });
        receiver.trust(body.secret);
      }
    }, 180_000);

    afterAll(async () => {
      await stage.close();
      await ours.close();
      await others.close();
      await collector.close();
    }, 60_000);

    it('refuses the access token of an ended login at every service', () => expectLogoutEverywhere(stage.url), 30_000);

    it('plays npm run tour twice in a row', async () => {
      const program = ['--conditions=@ciep/source', '--import', './tools/ts.mjs', 'tools/tour/tour.ts'];
      const environment: NodeJS.ProcessEnv = { ...process.env, CIEP_URL: stage.url, TOUR_RECEIVER_PORT: tourPort };
      delete environment['NODE_OPTIONS'];
      for (let played = 0; played < 2; played++) {
        const tour = await promisify(execFile)(process.execPath, program, { cwd: join(import.meta.dirname, '../../..'), env: environment });
        expect(tour.stdout).toContain('The story was played to its end.');
        expect(tour.stderr).toBe('');
      }
    }, 120_000);

    it('leads from registration to the confirmed booth, and notifies everybody concerned', async () => {
      const { story } = cast;
      const booking = await cast.bookUpToApproval('zh');
      const path = `/v1/exhibition/applications/${booking.id}`;
      await cast.expectHidden(cast.jilin, booking);

      await story.pay(booking.exhibitor, booking.id, 0.5);
      const partly = await cast.untilInvoice(booking, 'partly_paid');
      await story.agree(booking.exhibitor, booking.id);
      expect((await booking.exhibitor.get<Application>(path)).body.status).toBe('approved');
      await story.pay(booking.exhibitor, booking.id, 0.5);
      const booked = await story.untilStatus(booking.exhibitor, booking.id, 'confirmed');
      expect(booked.timeline.map(({ what }) => what)).toEqual(
        expect.arrayContaining(['submitted', 'endorsed', 'returned', 'approved', 'confirmed']),
      );
      expect(partly.gross.currency).toBe('CNY');

      const letter = await story.mailTo(booking.mail, mail => mail.template === 'exhibition.application.confirmed.v1.organisation');
      expect(letter.subject).toMatch(/\p{Script=Han}/u);
      expect(letter.text).toContain(`申请编号：${booked.number}（`);
      expect(letter.text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
      await story.mailTo(
        'partner-210000@demo.ciep.example',
        mail => mail.template === 'exhibition.application.confirmed.v1.region' && mail.text.includes(booked.number ?? 'none'),
      );
      const delivery = await until('the webhook', () =>
        Promise.resolve(ours.delivered.find(({ event }) => event.data?.['applicationId'] === booking.id)),
      );
      expect(delivery.event.type).toBe(confirmed);
      expect(delivery.event['aggregateversion']).toBe(booked.version);
      const schema = await fetch(delivery.event.dataschema ?? '');
      expect([schema.status, schema.headers.get('content-type')]).toEqual([200, 'application/schema+json; charset=utf-8']);
      expect(JSON.stringify(delivery.event)).not.toMatch(/@|fascia|contact/);
      expect(others.delivered).toEqual([]);

      const counts = (await story.shenzhen.get<{ total: number }>('/v1/exhibition/applications/counts?status=confirmed')).body;
      const list = (await story.shenzhen.get<{ items: object[]; total: number }>('/v1/exhibition/applications?status=confirmed&count=true'))
        .body;
      expect([counts.total, list.items.length]).toEqual([list.total, list.total]);
      const found = await story.shenzhen.get<{ items: Application[] }>(`/v1/exhibition/applications?q=${encodeURIComponent('北方示例')}`);
      expect(found.body.items.map(item => item.id)).toContain(booking.id);
      const trail = await story.auditor.get<{ items: { action: string }[] }>(`/v1/exhibition/audit-entries?aggregateId=${booking.id}`);
      expect(trail.body.items.map(entry => entry.action)).toEqual(expect.arrayContaining(['application:decide', 'endorsement:decide']));

      await story.withdraw(booking.exhibitor, booking.id);
      await until('the credit', async () => {
        const { body } = await story.finance.get<{ items: { id: string }[] }>(`/v1/billing/credits?limit=200`);
        return body.items.find(credit => credit.id === partly.id);
      });
    }, 120_000);

    it('records one trace from a payment to the mail and the webhook', () => expectOneTrace(collector), 60_000);

    it('has every metric that dashboards and alerts query', () => expectMetrics(stage), 60_000);

    it(
      'keeps personal data and secrets only where they belong',
      () =>
        expectNoTraceOfPeople(stage, tourPort, {
          webhooks: () => JSON.stringify(ours.delivered),
          spans: () => JSON.stringify(collector.traces()),
        }),
      120_000,
    );

    it('reminds, releases an unpaid booth, and gives it back when the payment comes while the booth is free', async () => {
      const { story } = cast;
      const late = await cast.bookUpToApproval('en');
      const tooLate = await cast.bookUpToApproval('en');
      await cast.untilInvoice(late, 'open');
      await cast.untilInvoice(tooLate, 'open');
      await cast.moveClockBy(12);
      await story.mailTo(late.mail, mail => mail.template === 'billing.invoice.reminder_due.v1.organisation');
      await cast.moveClockBy(4);
      await story.mailTo(late.mail, mail => mail.template === 'billing.invoice.overdue.v1.organisation');
      await story.untilStatus(late.exhibitor, late.id, 'approved');
      await cast.moveClockBy(3);
      const letter = await story.mailTo(late.mail, mail => mail.template === 'exhibition.application.released.v1.organisation');
      expect(letter.subject).not.toMatch(/\p{Script=Han}/u);
      await story.untilStatus(late.exhibitor, late.id, 'released', 40);
      await story.untilStatus(tooLate.exhibitor, tooLate.id, 'released', 40);
      await cast.untilInvoice(late, 'void');
      await cast.untilInvoice(tooLate, 'void');

      await story.transfer(await story.invoiceOf(late.exhibitor, late.id));
      await story.untilStatus(late.exhibitor, late.id, 'approved', 40);
      await cast.untilInvoice(late, 'paid');
      await story.agree(late.exhibitor, late.id);
      await story.untilStatus(late.exhibitor, late.id, 'confirmed', 40);

      // Somebody else takes the booth of the second applicant before the payment comes.
      await cast.bookUpToApproval('en', tooLate.boothId);
      const unpaid = await story.invoiceOf(tooLate.exhibitor, tooLate.id);
      await story.transfer(unpaid);
      await until(
        'the credit',
        async () => {
          const { body } = await story.finance.get<{ items: { id: string }[] }>('/v1/billing/credits?limit=200');
          return body.items.find(credit => credit.id === unpaid.id);
        },
        40,
      );
      expect((await tooLate.exhibitor.get<Application>(`/v1/exhibition/applications/${tooLate.id}`)).body.status).toBe('released');
    }, 180_000);

    it('refuses late applications, unless a waiver permits one or the organizer moves the deadline', async () => {
      const { story } = cast;
      const { body: milestones } = await story.anyone.get<{ items: { id: string; kind: string; at: string; version: number }[] }>(
        '/v1/conference/editions/demo/milestones',
      );
      const deadline = milestones.items.find(({ kind }) => kind === 'exhibition_application_deadline');
      if (!deadline) throw new Error('the demo edition has no deadline');
      const { exhibitor } = await story.register('210000', 'en');
      const { booths, ...place } = await story.lookAround('210000');
      expect(booths.length).toBeGreaterThan(0);
      const draft = async () => {
        const { body } = await exhibitor.post<Application>('/v1/exhibition/applications', {
          ...place,
          areaType: 'enterprise',
          regionCode: '210000',
          ...story.form,
        });
        return body;
      };
      const submit = ({ id, version }: Application, body: object, expect: number[]) =>
        exhibitor.post<Application & { code: string }>(`/v1/exhibition/applications/${id}/submit`, body, { ifMatch: version, expect });
      const [first, second, third] = [await draft(), await draft(), await draft()];

      await cast.moveClockTo(new Date(Date.parse(deadline.at) - 1_000 * 3_600));
      await submit(first, {}, [200]);
      await cast.moveClockTo(new Date(Date.parse(deadline.at) + 1_000));
      expect((await submit(second, {}, [409])).body.code).toBe('application.deadline_passed');

      const waiver = {
        editionId: place.editionId,
        reason: 'The post was late.',
        expiresAt: new Date(cast.present.getTime() + 7 * 86_400_000).toISOString(),
      };
      const { body: issued } = await story.shenzhen.post<{ code: string }>('/v1/exhibition/waivers', waiver);
      await submit(second, { waiverCode: issued.code }, [200]);
      expect((await submit(third, { waiverCode: issued.code }, [409])).body.code).toMatch(/^waiver\./);

      const at = new Date(cast.present.getTime() + 86_400_000).toISOString();
      await story.shenzhen.post(`/v1/conference/milestones/${deadline.id}/move`, { at }, { ifMatch: deadline.version });
      await until('exhibition follows the milestone', async () => {
        const answer = await submit(third, {}, [200, 409]);
        return answer.status === 200 ? true : undefined;
      });
    }, 120_000);
  });
}
