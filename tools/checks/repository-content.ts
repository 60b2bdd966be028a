import type { SourceFile } from './tree.js';

interface Ban {
  /** The checked files; all by default. */
  readonly where?: RegExp;
  readonly except?: RegExp;
  readonly pattern: RegExp;
  readonly fault: string;
}

const code = /[.]([cm]?[jt]s)$/;
const tests = /(^|\/)test\/|spec[.]ts$/;
/** In a container that folder is always the right one. */
const testsAndContainers = /(^|\/)test\/|spec[.]ts$|^(docker|k8s)\//;

/** Files that must not be committed. */
const bannedPaths: readonly Ban[] = [
  { pattern: /(^|\/)[.]env([.](?!example$)[^/]*)?$/, fault: 'settings of one machine; only .env.example is committed' },
  {
    pattern: /(^|\/)(dist|node_modules|coverage|[.]data|[.]cache|[.]nx)\/|[.](tsbuildinfo|log)$/,
    fault: 'is the output of a build or a run',
  },
  { pattern: /^(apps|libs)\/.*[.](js|map|d[.]ts)$/, fault: 'is the output of a build, and would be loaded instead of its source' },
  { pattern: /[.](pem|key|p12|pfx|jks|kdbx)$|(^|\/)id_(rsa|ed25519)/, fault: 'keys are not committed' },
  { pattern: /[.](orig|rej|bak|swp|tmp)$|~$|(^|\/)[.]DS_Store$/, fault: 'is an editor backup' },
];

/** Text that no line may contain. A letter in brackets keeps a pattern from matching itself. */
const bannedText: readonly Ban[] = [
  { pattern: /-----BEGI[N] ([A-Z]+ )*PRIVATE KEY/, fault: 'has a private key' },
  {
    pattern: /\b(AKIA[0-9A-Z]{16}|gh[pousr]_\w{30,}|glpat-[\w-]{20,}|xox[abpr]-[\w-]{10,}|sk_live_\w{10,}|npm_\w{36})\b/,
    fault: 'has an access key',
  },
  { pattern: /\beyJ[\w-]{15,}[.]eyJ[\w-]{15,}[.][\w-]{15,}/, fault: 'has a signed token' },
  { pattern: /\bwhsec_[A-Za-z0-9+/]{24,}/, except: tests, fault: 'has a webhook secret' },
  { pattern: /(?<![\w.~*-])\/(work|root|home|Users)\/[\w.]/, fault: 'names a folder of one machine' },
  { pattern: /(?<![\w.~*-])\/tm[p]\b/, except: testsAndContainers, fault: 'names a folder of one machine; use os.tmpdir()' },
  { pattern: /\.\.\/share[d]\b/, fault: 'refers to a document outside the repository' },
  {
    where: code,
    pattern: /\beslint-disabl[e](?!.*\s--\s+\S+\s+\S+)/,
    fault: 'disables a rule without a reason (`-- why it does not apply here`)',
  },
  { where: code, pattern: /\b(TOD[O]|FIXM[E]|XX[X])\b(?!\(#\d+\))/, fault: 'has open work without an issue number, as in (#12)' },
  { where: /^apps\/.*[.]ts$/, pattern: /\bsynchronize:/, fault: 'only migrations change tables' },
];

/** Domain words that must not appear in general libraries, except in examples in comments and descriptions. */
const domainNouns = /booth|exhibit|forum|agreement|invoice|application_?status|talent|conference/i;

/** Lines and files that should not be in the repository: `path:line: fault`. */
export function contentFaults(files: readonly SourceFile[]): string[] {
  return files.flatMap(file => {
    const banned = bannedPaths.find(ban => ban.pattern.test(file.path));
    return banned ? [`${file.path}: ${banned.fault}`] : [...textFaults(file), ...domainFaults(file)];
  });
}

function textFaults({ path, text }: SourceFile): string[] {
  const bans = bannedText.filter(ban => (ban.where?.test(path) ?? true) && !ban.except?.test(path));
  const content = text();
  if (content.includes('\0')) return []; // a picture, a font
  return content
    .split('\n')
    .flatMap((line, index) => bans.filter(ban => ban.pattern.test(line)).map(ban => `${path}:${index + 1}: ${ban.fault}`));
}

function domainFaults({ path, text }: SourceFile): string[] {
  if (!/^libs\/(kernel|platform)\/src\/.*[.]ts$/.test(path) || tests.test(path)) return [];
  const withoutExamples = text()
    .replace(/\b(description|example): .*/g, '')
    .replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, comment => comment.replace(/[^\n]/g, ''));
  return withoutExamples
    .split('\n')
    .flatMap((line, index) => (domainNouns.test(line) ? [`${path}:${index + 1}: knows the domain: ${domainNouns.exec(line)?.[0]}`] : []));
}
