import { agreementGenerated, agreementSealRefused, agreementSealVerified } from '@ciep/contracts';
import { Aggregate, newId, WrongState } from '@ciep/kernel';
import { describe, expect, it } from '@jest/globals';
import { Agreement } from './agreement.entity.js';
import { DateInFuture, TooManyScans } from './agreement.errors.js';
import { agreementStatuses, mostScans, type AgreementStatus } from './agreement.rules.js';

const now = new Date('2023-03-01T09:00:00+08:00');
const booth = (boothNumber = '2A-101') => ({ boothId: newId(), boothNumber, boothType: 'standard' as const, areaDm2: 900 });
const party = {
  applicationId: newId(),
  editionId: newId(),
  organisationId: newId(),
  boardId: newId(),
  regionCode: '210000',
  applicationNumber: '21-000001',
  fasciaName: { zh: '名称', en: 'Name' },
  contact: { name: 'a', phone: '+86 24 5550 0100', mail: 'a@exhibitor.example' },
};
const file = () => ({ id: newId(), fileKey: newId(), mediaType: 'application/pdf', size: 10, sha256: '0'.repeat(64) });
const events = (agreement: Agreement) => Aggregate.takeEvents(agreement).map(({ type }) => type);

function at(status: AgreementStatus): Agreement {
  const agreement = Agreement.generate(party, booth(), now);
  if (status !== 'awaiting_scan') agreement.addScan(file(), now);
  if (status === 'seal_verified') agreement.verifySeal(now);
  if (status === 'seal_refused') agreement.refuseSeal('x', now);
  if (status === 'closed') agreement.close();
  Aggregate.takeEvents(agreement);
  return agreement;
}

type Verb = readonly [
  name: string,
  from: readonly AgreementStatus[],
  to: AgreementStatus | 'same',
  event: string | null,
  act: (agreement: Agreement) => void,
];
const open = ['awaiting_scan', 'scan_uploaded', 'seal_verified', 'seal_refused'] as const;
const verbs: readonly Verb[] = [
  ['add_scan', ['awaiting_scan', 'scan_uploaded', 'seal_refused'], 'scan_uploaded', null, agreement => agreement.addScan(file(), now)],
  ['verify_seal', ['scan_uploaded'], 'seal_verified', agreementSealVerified.type, agreement => agreement.verifySeal(now)],
  ['refuse_seal', ['scan_uploaded'], 'seal_refused', agreementSealRefused.type, agreement => agreement.refuseSeal('x', now)],
  ['log_posting', open, 'same', null, agreement => agreement.logPosting('SF1', '2023-03-01', now)],
  ['log_receipt', open, 'same', null, agreement => agreement.logReceipt('2023-03-01', now)],
  ['regenerate', open, 'awaiting_scan', agreementGenerated.type, agreement => agreement.regenerate(party, booth('2A-102'), now)],
  ['close', open, 'closed', null, agreement => agreement.close()],
];

describe.each(verbs)('%s', (_, from, to, event, act) => {
  it.each(agreementStatuses.filter(status => from.includes(status)))('is possible from %s', status => {
    const agreement = at(status);
    act(agreement);
    expect([agreement.status, events(agreement)]).toEqual([to === 'same' ? status : to, event === null ? [] : [event]]);
  });

  it.each(agreementStatuses.filter(status => !from.includes(status)))('is refused from %s', status => {
    const agreement = at(status);
    const before = JSON.stringify(agreement);
    expect(() => act(agreement)).toThrow(WrongState);
    expect([JSON.stringify(agreement), events(agreement)]).toEqual([before, []]);
  });
});

describe('a new text', () => {
  it('is published with its version, and discards the stamps and post of the old one', () => {
    const agreement = at('seal_verified');
    agreement.logPosting('SF1', '2023-03-01', now);
    agreement.regenerate(party, booth('2A-102'), now);
    expect(agreement).toMatchObject({
      textVersion: 2,
      trackingNumber: null,
      postedOn: null,
      receivedOn: null,
      scans: [{ verdict: 'superseded' }],
    });
    expect(agreement.texts.map(({ booth: { boothNumber } }) => boothNumber)).toEqual(['2A-101', '2A-102']);
    expect(Aggregate.takeEvents(agreement)).toMatchObject([{ data: { agreementVersion: 2, applicationId: party.applicationId } }]);
  });
});

describe('reopening', () => {
  it.each(agreementStatuses.filter(status => status !== 'closed'))('continues from the former status: %s', status => {
    const agreement = at(status);
    agreement.close();
    agreement.reopen();
    expect(agreement.status).toBe(status);
  });

  it('starts over if the last stamp was on an older text', () => {
    const agreement = at('seal_refused');
    agreement.regenerate(party, booth('2A-102'), now);
    agreement.close();
    agreement.reopen();
    expect(agreement.status).toBe('awaiting_scan');
    expect(() => agreement.reopen()).toThrow(WrongState);
  });
});

describe('scans and post', () => {
  it('have their limits', () => {
    const agreement = at('awaiting_scan');
    for (let count = 0; count < mostScans; count += 1) agreement.addScan(file(), now);
    expect(() => agreement.addScan(file(), now)).toThrow(TooManyScans);
    expect(agreement.scans.filter(({ verdict }) => verdict === 'pending')).toHaveLength(1);
    expect(() => agreement.logPosting('SF1', '2023-03-02', now)).toThrow(DateInFuture);
    expect(() => agreement.logReceipt('2023-03-02', now)).toThrow(DateInFuture);
  });
});
