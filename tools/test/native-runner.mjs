// Jest's own test framework for spec files that Node loads (`native-loader.mjs`): hooks, time limits, counts and reports are Jest's.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import circus from 'jest-circus/runner';
import { provideGlobals, runQuery } from './native-loader.mjs';

const require = createRequire(import.meta.url);
let runs = 0;

export default async function run(globalConfig, config, environment, runtime, testPath, sendMessageToJest) {
  runs += 1;
  const query = runQuery(runs);
  const restore = remember();
  // Node knows the source maps of the modules that it loads, Jest does not.
  Error.prepareStackTrace = undefined;
  const native = {
    // The framework keeps its state in a module that Jest also loads again for each file.
    requireInternalModule(path) {
      delete require.cache[require.resolve(path)];
      return require(path);
    },
    requireModule: require,
    unstable_shouldLoadAsEsm: () => true,
    unstable_importModule: path => import(pathToFileURL(path).href + query),
    setGlobalsForRuntime(globals) {
      runtime.setGlobalsForRuntime(globals);
      provideGlobals(runtime.requireModuleOrMock(testPath, '@jest/globals'));
    },
    enterTestCode: () => runtime.enterTestCode(),
    leaveTestCode: () => runtime.leaveTestCode(),
  };
  try {
    return await circus.default(globalConfig, config, environment, native, testPath, sendMessageToJest);
  } finally {
    restore();
  }
}

const ofFramework = new Set(['JEST_STATE_SYMBOL', 'EVENT_HANDLERS']);

/** Saves the process state that a spec file may change, and restores it for the next one. */
function remember() {
  const { exitCode } = process;
  const before = { ...process.env };
  return () => {
    process.exitCode = exitCode;
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    // The framework's tests, hooks and listeners.
    for (const symbol of Object.getOwnPropertySymbols(globalThis)) if (ofFramework.has(symbol.description)) delete globalThis[symbol];
  };
}
