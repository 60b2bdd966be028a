import { Parser } from '@asyncapi/parser';
import { eventCatalogue, portalEvents, schemaPath, serviceNames, webhookPinged } from '@ciep/contracts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import spectralCore from '@stoplight/spectral-core';
import spectralRulesets from '@stoplight/spectral-rulesets';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { toKafka } from '../../libs/platform/src/messaging/kafka-message.js';
import { oldEvents } from '../../libs/testing/src/old-events.js';
import { listenersIn } from '../catalogue/catalogue.js';
import { committableFiles } from '../checks/tree.js';
import { withPlatform } from '../openapi/documents.js';

interface Reference {
  readonly $ref: string;
}

interface Message {
  readonly name: string;
  readonly examples: readonly { readonly headers: object; readonly payload: Readonly<Record<string, unknown>> }[];
}

interface Operation {
  readonly action: string;
  readonly messages: readonly Reference[];
}

interface Document {
  readonly channels: Readonly<Record<string, { readonly address: string | null; readonly messages: Readonly<Record<string, Reference>> }>>;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly components: { readonly messages: Readonly<Record<string, Message>> };
}

const events = [...eventCatalogue.values()];
const webhooks = [...portalEvents, webhookPinged];
let text: string;
let document: Document;
const validator = formats.default(new Ajv({ strict: false }));
/** The served schemas by their addresses; undefined is no answer. */
const schemas = new Map<string, { readonly $id: string } | undefined>();

beforeAll(() =>
  withPlatform(async ({ url }) => {
    text = await (await fetch(`${url}/asyncapi.json`)).text();
    document = JSON.parse(text) as Document;
    validator.addSchema({ components: document.components }, 'urn:ciep:document');
    const named = Object.values(document.components.messages).flatMap(({ examples }) =>
      examples.map(({ payload }) => payload['dataschema']),
    );
    for (const address of [
      ...named.filter(address => typeof address === 'string'),
      ...events.map(({ type }) => `${url}${schemaPath('events', type)}`),
    ]) {
      const answer = await fetch(address);
      schemas.set(new URL(address).pathname, answer.ok ? ((await answer.json()) as { $id: string }) : undefined);
    }
  }),
);

/** What the official parser and the rules of Spectral find wrong, hints aside. */
async function faultsOf(source: string): Promise<string[]> {
  const { diagnostics } = await new Parser().parse(source);
  const spectral = new spectralCore.Spectral();
  // Its types do not know its own rules as a definition.
  // The maintainers of an open-source platform have no mail address that is the same in every installation.
  spectral.setRuleset({ extends: spectralRulesets.asyncapi as never, rules: { 'asyncapi-info-contact-properties': 'off' } });
  return [...diagnostics, ...(await spectral.run(source))]
    .filter(({ severity }) => Number(severity) < 2)
    .map(({ code, message, path }) => `${code}: ${message} (#/${path.join('/')})`);
}

/** The faults of some headers or payload by what the document says of a message. */
function faultsIn(part: 'headers' | 'payload', message: string, value: unknown): string {
  const validate = validator.getSchema(`urn:ciep:document#/components/messages/${message}/${part}`);
  if (!validate) throw new Error(`${message} has no ${part}`);
  return validate(value) === true ? '' : validator.errorsText(validate.errors);
}

const namesOf = (references: readonly Reference[]): string[] => references.map(({ $ref }) => $ref.split('/').at(-1) ?? '');

describe('the AsyncAPI document', () => {
  it('is read by the official parser and satisfies the rules of Spectral', async () => {
    expect(await faultsOf(text)).toEqual([]);
  });

  it('negative control: does not satisfy them with a message of another channel, or without a contact', async () => {
    const wrong = JSON.parse(text) as { info: { contact?: object }; operations: Record<string, { messages: Reference[] }> };
    delete wrong.info.contact;
    wrong.operations['billing_sends_invoice']?.messages.push({ $ref: '#/channels/webhooks/messages/billing.invoice.paid.v1' });
    const rules = (await faultsOf(JSON.stringify(wrong))).map(fault => fault.split(':')[0]);
    expect(new Set(rules)).toEqual(new Set(['asyncapi3-operation-messages-from-referred-channel', 'asyncapi-info-contact']));
  });

  it('has every event on its topic, sent by its owner', () => {
    for (const { title, topic, service, aggregate } of events) {
      const channel = document.channels[`${service}.${aggregate}`];
      expect([title, channel?.address, Object.keys(channel?.messages ?? {})]).toEqual([title, topic, expect.arrayContaining([title])]);
      const sending = document.operations[`${service}_sends_${aggregate}`];
      expect([title, sending?.action, namesOf(sending?.messages ?? [])]).toEqual([title, 'send', expect.arrayContaining([title])]);
    }
  });

  it('has every event that portals may receive among the webhooks', () => {
    const titles = webhooks.map(({ title }) => title);
    expect(Object.keys(document.channels['webhooks']?.messages ?? {})).toEqual(titles);
    expect(namesOf(document.operations['notification_sends_webhooks']?.messages ?? [])).toEqual(titles);
  });

  it('says what each service receives, as its reactions do', () => {
    const received = Object.entries(document.operations)
      .filter(([, { action }]) => action === 'receive')
      .flatMap(([name, { messages }]) => namesOf(messages).map(title => `${name.split('_')[0]} ${title}`));
    const reactions = [...listenersIn(committableFiles())].flatMap(([{ title }, listeners]) =>
      listeners.flatMap(({ service }) => (service === 'every service' ? serviceNames : [service]).map(name => `${name} ${title}`)),
    );
    expect(received.sort()).toEqual([...new Set(reactions)].sort());
  });

  it('has valid examples of every message', () => {
    for (const [name, { examples }] of Object.entries(document.components.messages)) {
      expect([name, examples.length]).toEqual([name, 1]);
      for (const { headers, payload } of examples)
        expect([name, faultsIn('headers', name, headers), faultsIn('payload', name, payload)]).toEqual([name, '', '']);
    }
  });

  it('negative control: finds examples invalid that are', () => {
    const { headers = {}, payload = {} } = document.components.messages['webhook.billing.invoice.paid.v1']?.examples[0] ?? {};
    const name = 'webhook.billing.invoice.paid.v1';
    expect(faultsIn('headers', name, { ...headers, 'content-type': 'application/json' })).toContain('constant');
    expect(faultsIn('payload', name, { ...payload, type: 'another' })).toContain('constant');
    expect(faultsIn('payload', name, { ...payload, data: {} })).toContain('invoiceId');
    expect(faultsIn('payload', 'billing.invoice.paid.v1', {})).toContain('invoiceId');
  });

  it('describes the headers that the bus writes', () => {
    const old = oldEvents();
    expect(old.length).toBeGreaterThan(30);
    for (const event of old) {
      const { headers } = toKafka({ id: event.id, topic: '', key: event.subject, event });
      expect([event.type, faultsIn('headers', event.type.slice('ciep.'.length), headers)]).toEqual([event.type, '']);
    }
  });
});

describe('the schemas of events', () => {
  it('are served for every event and webhook, where `dataschema` says', () => {
    const expected = [...events.map(({ type }) => schemaPath('events', type)), ...webhooks.map(({ type }) => schemaPath('webhooks', type))];
    expect([...schemas.keys()].sort()).toEqual(expected.sort());
    for (const [path, schema] of schemas) expect(new URL(schema?.$id ?? 'urn:none').pathname).toBe(path);
  });

  it('fit the examples', () => {
    for (const [name, { examples }] of Object.entries(document.components.messages))
      for (const { payload } of examples) {
        const isWebhook = name.startsWith('webhook.');
        const path = isWebhook ? schemaPath('webhooks', String(payload['type'])) : schemaPath('events', `ciep.${name}`);
        const validate = formats.default(new Ajv()).compile(schemas.get(path) ?? false);
        expect([name, validate(isWebhook ? payload['data'] : payload), validate.errors]).toEqual([name, true, null]);
        expect([name, validate({})]).toEqual([name, false]);
      }
  });
});
