import { describe, expect, it } from '@jest/globals';
import { floorFaults } from './swept-floor.js';
import { committableFiles, type SourceFile } from './tree.js';

const file = (path: string, ...lines: string[]): SourceFile => ({ path, text: () => lines.join('\n') });
/** Samples are put together at run time: written out they would be faults of this file. */
const joined = (...parts: string[]) => parts.join('');

describe('the swept floor', () => {
  it('holds nothing that does not belong in the repository', () => {
    expect(floorFaults(committableFiles())).toEqual([]);
  });

  it.each([
    'apps/identity/.env',
    '.env.production',
    'apps/identity/dist/main.js',
    'libs/kernel/src/money.js',
    'libs/kernel/src/money.d.ts',
    'tsconfig.tsbuildinfo',
    'apps/gateway/tls.pem',
    'apps/gateway/src/routing/pass.service.ts.orig',
    '.data/postgres/PG_VERSION',
  ])('canary: the file %s is found', path => {
    expect(floorFaults([file(path, '')])).toHaveLength(1);
  });

  it.each([
    ['a private key', joined('-----BEG', 'IN EC PRIVATE KEY-----')],
    ['an access key', joined('AK', 'IAABCDEFGHIJKLMNOP')],
    ['a signed token', joined('ey', 'JhbGciOiJFUzI1NiIs', '.ey', 'JzdWIiOiIxMjM0NTY3', '.c2lnbmF0dXJlLXNpZ25h')],
    ['a webhook secret', joined('whs', 'ec_', 'A'.repeat(32))],
    ['a folder of one machine', joined('cd /wo', 'rk/main')],
    ['a home folder', joined("'/ro", "ot/.npm'")],
    ['the folder for temporary files', joined("'/tm", "p/scan.pdf'")],
    ['a document outside', joined('see ../sha', 'red/design')],
    ['a rule off without a reason', joined('// eslint-dis', 'able-next-line no-console')],
    ['a rule off with half a reason', joined('// eslint-dis', 'able-next-line no-console -- x')],
    ['work without an issue', joined('// TO', 'DO later')],
    ['tables made by the mapper', 'synchronize: true'],
  ])('canary: %s is found', (_fault, line) => {
    expect(floorFaults([file('apps/identity/src/accounts/account.service.ts', 'const right = 1;', line)])).toEqual([
      expect.stringMatching(/^apps\/identity\/src\/accounts\/account.service.ts:2: /),
    ]);
  });

  it('canary: a word of the domain in a general library is found, an example in a comment is none', () => {
    const example = ['/**', ' * @ReactsTo(invoiceOverdue)', ' */', 'export const fine = 1; // like a booth'];
    expect(floorFaults([file('libs/platform/src/http/route.ts', ...example, "const table = 'booths';")])).toEqual([
      'libs/platform/src/http/route.ts:5: knows the domain: booth',
    ]);
  });

  it('admits a rule off with a reason, temporary files in tests, and addresses that look like folders', () => {
    const fine = [joined('// eslint-dis', 'able-next-line no-console -- the banner is output'), "fetch('https://ciep.example/home/news')"];
    expect(
      floorFaults([file('apps/identity/src/main.ts', ...fine), file('apps/identity/test/a.e2e-spec.ts', joined("'/tm", "p/x'"))]),
    ).toEqual([]);
  });
});
