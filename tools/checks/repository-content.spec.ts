import { describe, expect, it } from '@jest/globals';
import { contentFaults } from './repository-content.js';
import { committableFiles, type SourceFile } from './tree.js';

const file = (path: string, ...lines: string[]): SourceFile => ({ path, text: () => lines.join('\n') });
/** Samples are joined at run time, because literal ones would be faults of this file. */
const joined = (...parts: string[]) => parts.join('');

describe('the content of the repository', () => {
  it('has no faults', () => {
    expect(contentFaults(committableFiles())).toEqual([]);
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
    expect(contentFaults([file(path, '')])).toHaveLength(1);
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
    ['a disabled rule without a reason', joined('// eslint-dis', 'able-next-line no-console')],
    ['a disabled rule with an incomplete reason', joined('// eslint-dis', 'able-next-line no-console -- x')],
    ['open work without an issue', joined('// TO', 'DO later')],
    ['tables made by the mapper', 'synchronize: true'],
  ])('canary: %s is found', (_fault, line) => {
    expect(contentFaults([file('apps/identity/src/accounts/account.service.ts', 'const right = 1;', line)])).toEqual([
      expect.stringMatching(/^apps\/identity\/src\/accounts\/account.service.ts:2: /),
    ]);
  });

  it('canary: a domain word in a general library is found, except in an example in a comment', () => {
    const example = ['/**', ' * @ReactsTo(invoiceOverdue)', ' */', 'export const fine = 1; // like a booth'];
    expect(contentFaults([file('libs/platform/src/http/route.ts', ...example, "const table = 'booths';")])).toEqual([
      'libs/platform/src/http/route.ts:5: knows the domain: booth',
    ]);
  });

  it('allows a disabled rule with a reason, temporary files in tests, and URLs that look like folders', () => {
    const fine = [joined('// eslint-dis', 'able-next-line no-console -- the banner is output'), "fetch('https://ciep.example/home/news')"];
    expect(
      contentFaults([file('apps/identity/src/main.ts', ...fine), file('apps/identity/test/a.e2e-spec.ts', joined("'/tm", "p/x'"))]),
    ).toEqual([]);
  });
});
