import { spawn } from 'node:child_process';

const minutes = 60_000;
const interrupt = new AbortController();

/** Fires when this process is told to end: what runs is ended, and nothing new begins. */
export const interrupted: AbortSignal = interrupt.signal;

// Ctrl-C reaches the child by itself, SIGTERM does not (below). This process lives on until its servers are stopped.
process.on('SIGINT', () => interrupt.abort()).on('SIGTERM', () => interrupt.abort());

/** Runs this Node with arguments, output passed through. Resolves to the exit code; a child that hangs is ended and fails. */
export async function node(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const child = spawn(process.execPath, args, { env, stdio: 'inherit', timeout: 25 * minutes });
  const end = () => child.kill('SIGTERM');
  interrupted.addEventListener('abort', end);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', code => resolve(code ?? 1));
    });
  } finally {
    interrupted.removeEventListener('abort', end);
  }
}
