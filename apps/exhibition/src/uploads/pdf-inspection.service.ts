import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Injectable } from '@nestjs/common';
import { ScanActive, ScanDamaged, ScanEncrypted, ScanTooComplex, ScanWithoutPages } from './upload.errors.js';
import { activeContents, type ActiveContent } from './upload.rules.js';

/** Why a PDF is refused. */
export type PdfFinding = ActiveContent | 'damaged' | 'encrypted' | 'no_pages' | 'too_complex';

/** A scan of 20 MiB takes a fifth of a second. */
const mostMilliseconds = 10_000;
/** Limit of JavaScript objects. The bytes of the file and of its unpacked streams come on top, at most 40 MiB. */
const mostMegabytes = 128;

/** The worker stands beside this file, built or as TypeScript. */
const worker = new URL(import.meta.url.replace(/service([.][jt]s)[^/]*$/, 'worker$1'));

/** Parses a PDF in its own thread, and ends the thread if it takes too much time or memory. */
@Injectable()
export class PdfInspection {
  /** Throws {@link ScanDamaged}, {@link ScanEncrypted}, {@link ScanWithoutPages}, {@link ScanActive} or {@link ScanTooComplex}. */
  async check(content: Buffer): Promise<void> {
    const finding = await findingIn(content);
    if (finding === 'none') return;
    if (finding === 'damaged') throw new ScanDamaged();
    if (finding === 'encrypted') throw new ScanEncrypted();
    if (finding === 'no_pages') throw new ScanWithoutPages();
    if (finding === 'too_complex') throw new ScanTooComplex();
    throw new ScanActive(finding, activeContents[finding]);
  }
}

async function findingIn(content: Buffer): Promise<PdfFinding | 'none'> {
  const thread = new Worker(worker, {
    resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
    stdout: true,
    stderr: true,
  });
  let limit: AbortSignal | undefined;
  try {
    // Time counts from when the thread is ready: loading the parser takes longer on a busy machine.
    await once(thread, 'message');
    limit = AbortSignal.timeout(mostMilliseconds);
    thread.postMessage(content);
    const [finding] = (await once(thread, 'message', { signal: limit })) as [PdfFinding | 'none'];
    return finding;
  } catch (error) {
    if (limit?.aborted || (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') return 'too_complex';
    throw error;
  } finally {
    await thread.terminate();
  }
}
