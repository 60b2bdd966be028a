import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Commands of a guide: a block marked `bash`. */
export interface Block {
  /** Its first line in the guide. */
  readonly line: number;
  readonly commands: string;
  /** Its expected output, if a `text` block follows: lines in this order, `…` for the parts that vary. */
  readonly answer: readonly string[];
}

/** The blocks of a guide, in order. */
export function blocksOf(guide: string): Block[] {
  return [...guide.matchAll(/^```bash\n([^]*?)^```$(?:\s*^```text\n([^]*?)^```$)?/gm)].map(({ index, 1: commands = '', 2: answer }) => ({
    line: guide.slice(0, index).split('\n').length,
    commands,
    answer: answer?.trimEnd().split('\n') ?? [],
  }));
}

const mark = '@@ block ';

/**
 * Runs the blocks in one `bash`, which ends at the first failing command, so that a block sees the variables of earlier ones. Resolves to
 * one line per fault, with its place in the guide; output on standard error is a fault.
 */
export async function playGuide(blocks: readonly Block[], env: NodeJS.ProcessEnv): Promise<string[]> {
  const script = blocks.map(({ line, commands }) => `printf '\\n${mark}%s\\n' ${line}\n${commands}`).join('\n');
  const bash = spawn('bash', ['-euo', 'pipefail', '-c', script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [printed, complaints] = await Promise.all([text(bash.stdout), text(bash.stderr), once(bash, 'close')]);
  const parts = printed.split(`\n${mark}`).slice(1);
  const last = blocks[parts.length - 1]?.line ?? 0;
  return [
    ...(bash.exitCode === 0
      ? []
      : [`line ${last} exits ${bash.exitCode}: ${parts.at(-1)?.split('\n').slice(1).join('\n').trim().slice(-2_000)}`]),
    ...(complaints === '' ? [] : [`up to line ${last}, standard error: ${complaints.trim()}`]),
    ...parts.flatMap((part, index) => missing(blocks[index], part)),
  ];
}

function missing(block: Block | undefined, part: string): string[] {
  const lines = part.split('\n').slice(1);
  let at = 0;
  return (block?.answer ?? []).flatMap(expected => {
    const pieces = expected
      .trim()
      .split('…')
      .map(piece => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const found = lines.findIndex((line, index) => index >= at && new RegExp(`^${pieces.join('.*')}$`).test(line.trim()));
    if (found < 0) return [`line ${block?.line} does not print: ${expected}`];
    at = found + 1;
    return [];
  });
}
