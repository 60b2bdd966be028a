import { spawn } from 'node:child_process';

const minutes = 60_000;
const interrupt = new AbortController();

/** Fires on a request to stop: running work is stopped, and nothing new begins. */
export const interrupted: AbortSignal = interrupt.signal;

// Ctrl-C reaches the child directly, SIGTERM does not (see below). This process lives until its servers are stopped.
process.on('SIGINT', () => interrupt.abort()).on('SIGTERM', () => interrupt.abort());

/** Runs this Node with arguments and inherited output. Resolves to the exit code; a hanging child is killed and counts as failed. */
export async function node(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  return (await run(args, env, false)).code;
}

/** The same for parallel children: their output is captured, so that it can be shown in one piece. */
export function quietNode(args: readonly string[]): Promise<{ code: number; said: string }> {
  return run(args, process.env, true);
}

async function run(args: readonly string[], env: NodeJS.ProcessEnv, isKept: boolean): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, args, { env, stdio: isKept ? ['inherit', 'pipe', 'pipe'] : 'inherit', timeout: 25 * minutes });
  const end = () => child.kill('SIGTERM');
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => said.push(part));
  interrupted.addEventListener('abort', end);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', ended => resolve(ended ?? 1));
    });
    return { code, said: Buffer.concat(said).toString() };
  } finally {
    interrupted.removeEventListener('abort', end);
  }
}
