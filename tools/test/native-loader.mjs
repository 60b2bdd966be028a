// Loads spec files with Node's own loader instead of Jest's. Jest's loads everything again for each spec file in a new context, which takes
// longer than most of the tests. Here the code under test and installed packages are loaded once per worker. Spec files and test helpers
// are still loaded for each file, by a query in their URL, so that the state of a helper, or the set-up in its import, belongs to one file.
// `jest.ts` preloads this, `native-runner.mjs` uses it.
import { registerHooks } from 'node:module';
import '../ts.mjs';

/** Distinguishes the modules of one run of a spec file from those of another. */
export const runQuery = run => `?spec=${run}`;
const queryOf = url => /[?]spec=\d+$/.exec(url ?? '')?.[0] ?? '';
const withoutQuery = url => url.slice(0, url.length - queryOf(url).length);

const root = new URL('../../', import.meta.url).href;
/** Spec files and test helpers. */
const ofTests = /^((apps|libs)\/[^/]+\/test\/|libs\/testing\/src\/|tools\/)|spec\.ts$/;
const isOfTests = url => url.startsWith(root) && ofTests.test(url.slice(root.length));

const globalsUrl = 'ciep:jest-globals';
let globals = {};

/** The exports of `@jest/globals` for modules loaded from now on. */
export function provideGlobals(current) {
  globals = current;
  globalThis[Symbol.for(globalsUrl)] = current;
}

registerHooks({
  resolve(specifier, context, next) {
    const query = queryOf(context.parentURL);
    if (!query) return next(specifier, context);
    if (specifier === '@jest/globals') return { url: globalsUrl + query, shortCircuit: true };
    const resolved = next(specifier, { ...context, parentURL: withoutQuery(context.parentURL) });
    return isOfTests(resolved.url) ? { ...resolved, url: resolved.url + query } : resolved;
  },
  load(url, context, next) {
    if (!url.startsWith(globalsUrl)) return next(withoutQuery(url), context);
    const names = Object.keys(globals).map(name => `export const ${name} = globals.${name};`);
    const source = [`const globals = globalThis[Symbol.for('${globalsUrl}')];`, ...names].join('\n');
    return { format: 'module', shortCircuit: true, source };
  },
});
