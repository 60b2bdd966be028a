import { spawn } from 'node:child_process';

const minutes = 60_000;

// Ctrl-C reaches the whole process group: the child ends by itself, and this process lives on to stop its servers.
process.on('SIGINT', () => undefined);

/** Runs this Node with arguments, output passed through. Resolves to the exit code; a child that hangs is ended and fails. */
export async function node(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const child = spawn(process.execPath, args, { env, stdio: 'inherit', timeout: 14 * minutes });
  const passOn = () => child.kill('SIGTERM');
  process.on('SIGTERM', passOn);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
    });
  } finally {
    process.off('SIGTERM', passOn);
  }
}
