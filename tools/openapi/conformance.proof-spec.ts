import { roles, type Role } from '@ciep/contracts';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FuzzStage } from '../faults/fuzz/fuzz.js';
import { installedSchemathesis, schemathesis, SchemathesisMissing, type SchemathesisOptions } from './schemathesis.js';

jest.setTimeout(20 * 60_000); // thousands of requests, and a machine that may have much else to do

/** Random requests for each operation and caller. More find more, by hand. */
const examples = Number(process.env['CONFORMANCE_EXAMPLES'] ?? 3);
const seed = Number(process.env['CONFORMANCE_SEED'] ?? 20_230_324);

let stage: FuzzStage;
beforeAll(async () => {
  installedSchemathesis();
  stage = await FuzzStage.open();
});
afterAll(() => stage?.close(), 60_000);

/** With a token of these roles that lasts as long as the run. */
const compared = async (held: readonly Role[], options: Pick<SchemathesisOptions, 'phases'> & Partial<SchemathesisOptions>) => {
  const token = await stage.prober.sign({ roles: held, region: '210000', exp: Math.floor(Date.now() / 1_000) + 7_200 });
  return schemathesis({ url: stage.process.url, document: stage.prober.document, token, seed, examples, ...options });
};

describe('the API compared with its document by Schemathesis', () => {
  it('keeps every bound that the document states, and no other', async () => {
    const { operations, requests, ...found } = await compared(roles, { phases: 'coverage' });
    expect(found).toEqual({ code: 0, failures: '' });
    expect(operations).toBe(stage.prober.operations.length);
    expect(requests).toBeGreaterThan(10_000);
  });

  it.each<readonly [string, readonly Role[]]>([
    ['exhibitors', ['organisation_admin']],
    ['partner units', ['province_partner']],
    ['the organizer', ['shenzhen_working_group']],
    ['the committee office', ['committee_office']],
    ['finance clerks', ['finance_clerk']],
    ['administrators', ['platform_admin', 'auditor']],
  ])('answers random requests of %s as documented', async (_who, held) => {
    const { operations, requests, ...found } = await compared(held, { phases: 'examples,fuzzing,stateful' });
    expect(found).toEqual({ code: 0, failures: '' });
    expect(operations).toBe(stage.prober.operations.length);
    expect(requests).toBeGreaterThanOrEqual(operations * examples);
  });
});

describe('negative control: Schemathesis reports', () => {
  interface Doctored {
    readonly paths: Record<string, Record<string, unknown>>;
    readonly components: {
      readonly schemas: Record<string, { properties: Record<string, { maxLength: number; type: string }> }>;
      readonly parameters: { readonly Limit: { schema: { maximum: number } } };
    };
  }
  const failuresOf = async (only: string, doctor: (document: Doctored) => void): Promise<string> => {
    const document = structuredClone(stage.prober.document) as unknown as Doctored;
    doctor(document);
    const { code, failures } = await compared(roles, { phases: 'coverage', document, only });
    expect(code).toBe(1);
    return failures;
  };
  const fieldOf = ({ components }: Doctored, schema: string, name: string) => {
    const field = components.schemas[schema]?.properties[name];
    if (!field) throw new Error(`${schema} has no ${name}`);
    return field;
  };

  it('a request that the document allows and the server refuses', async () => {
    const failures = await failuresOf('^/v1/exhibition/waivers$', document => {
      fieldOf(document, 'ExhibitionIssueWaiverDto', 'reason').maxLength *= 2;
    });
    expect(failures).toContain('described_shape_is_accepted');
  });

  it('a request that the document forbids and the server takes', async () => {
    const failures = await failuresOf('^/v1/exhibition/waivers$', ({ components }) => {
      components.parameters.Limit.schema.maximum /= 2;
    });
    expect(failures).toContain('Invalid data should have been rejected');
  });

  it('an answer unlike its schema', async () => {
    const failures = await failuresOf('^/v1/conference/editions$', document => {
      fieldOf(document, 'ConferenceEditionDto', 'code').type = 'integer';
    });
    expect(failures).toContain('Response violates schema');
  });

  it('a method that the document does not have', async () => {
    const failures = await failuresOf('^/v1/exhibition/waivers$', ({ paths }) => {
      Reflect.deleteProperty(paths['/v1/exhibition/waivers'] ?? {}, 'get');
    });
    expect(failures).toContain('Undocumented methods advertised: GET');
  });
});

describe('without Schemathesis', () => {
  it('the proof fails, and says how to get it', () => {
    const line =
      /^This proof needs Schemathesis \d+[.]\d+[.]\d+: python3 -m venv [.]schemathesis && \S+ install -r tools\/openapi\/requirements[.]txt$/;
    expect(() => installedSchemathesis('package.json')).toThrow(SchemathesisMissing);
    expect(() => installedSchemathesis('package.json')).toThrow(line);
  });
});
