import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../..');

/** The commands below a heading of docs/runbook.md, exactly as written. */
export function commandsBelow(anchor: string): string {
  const text = readFileSync(join(root, 'docs/runbook.md'), 'utf8');
  const [, section = ''] = text.split(`<a id="${anchor}"></a>`);
  const commands = [...(section.split(/^##+ /m)[0] ?? '').matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
  if (commands.length === 0) throw new Error(`docs/runbook.md has no commands below ${anchor}`);
  return commands.join('\n');
}

/** Runs commands as an operator does, in a shell at the repository root; throws their output if one fails. */
export async function runAsOperator(commands: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const PATH = `${dirname(process.execPath)}:${process.env['PATH']}`;
  const { stdout } = await promisify(execFile)('bash', ['-c', `set -euo pipefail\n${commands}`], {
    cwd: root,
    env: { ...environment, PATH },
  }).catch((error: Error & { stdout?: string; stderr?: string }) => {
    throw new Error(`the commands of the runbook failed:\n${error.stdout}\n${error.stderr}`, { cause: error });
  });
  return stdout;
}
