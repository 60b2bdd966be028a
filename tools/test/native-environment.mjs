// The environment of spec files that Node loads (`native-loader.mjs`): it uses the globals of the process.
import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

export default class NativeEnvironment {
  constructor({ projectConfig }) {
    const { console } = globalThis;
    const { exit } = process;
    this.global = globalThis;
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
    // What Jest replaces during a file.
    this.restore = () => {
      globalThis.console = console;
      process.exit = exit;
    };
  }

  exportConditions() {
    return ['@ciep/source', 'node', 'node-addons'];
  }

  getVmContext() {
    return null;
  }

  async setup() {}

  async teardown() {
    this.fakeTimersModern.dispose();
    this.restore();
  }
}
