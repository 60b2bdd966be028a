import type { SourceFile } from '../checks/tree.js';

/** The page with the table of threats. */
const page = 'docs/security.md';
/** OWASP API Security Top 10 (2023): each has at least one row. */
const owasp = Array.from({ length: 10 }, (_, index) => `API${index + 1}`);

/** Rows of the table of threats: `| threat | measure | tests |`. */
function rowsOf(text: string): { threat: string; tests: string }[] {
  const [, section = ''] = /^## <a id="threats">.*\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(text) ?? [];
  return [...section.matchAll(/^\| *([^|\n]+?) *\|([^|\n]+)\|([^|\n]+)\|$/gm)]
    .map(([, threat = '', , tests = '']) => ({ threat, tests }))
    .filter(({ threat }) => threat !== 'threat' && !/^-+$/.test(threat));
}

/** Threats without a test, missing tests, and risks of the OWASP list without a row; one line per fault. */
export function threatFaults(files: readonly SourceFile[]): string[] {
  const paths = new Set(files.map(({ path }) => path));
  const rows = rowsOf(files.find(({ path }) => path === page)?.text() ?? '');
  const ofRows = rows.flatMap(({ threat, tests }) => {
    const named = [...tests.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);
    const isTest = (path: string) => /spec[.]ts$|^tools\/faults\//.test(path);
    if (!named.some(isTest)) return [`${page}: no test is named for "${threat}"`];
    return named.filter(path => isTest(path) && !paths.has(path)).map(path => `${page}: ${path} is not there`);
  });
  const missing = owasp.filter(risk => !rows.some(({ threat }) => threat.startsWith(`${risk} `) || threat.startsWith(`${risk}:`)));
  return [...ofRows, ...missing.map(risk => `${page}: ${risk} has no row`)];
}
