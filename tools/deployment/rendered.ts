import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Resource } from './kubernetes-schemas.js';

const k8s = join(import.meta.dirname, '../../k8s');

/** What is deployed. */
export const overlays = ['kind', 'production'] as const;
export type Overlay = (typeof overlays)[number];

/** kustomize, or the one in kubectl (1.27 or newer, which include kustomize 5). Throws if neither is installed. */
function kustomizeCommand(): readonly string[] {
  const answers = (command: string, ...args: string[]): string => {
    try {
      return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    } catch {
      return '';
    }
  };
  if (/v5\./.test(answers('kustomize', 'version'))) return ['kustomize', 'build'];
  if (/Kustomize Version: v5\./.test(answers('kubectl', 'version', '--client'))) return ['kubectl', 'kustomize'];
  throw new Error('kustomize 5 is needed to check k8s/: install kustomize (https://kustomize.io) or kubectl 1.27 or newer');
}

/** A rendered overlay. Throws with kustomize's own message. */
export function rendered(overlay: Overlay): Resource[] {
  const [command = '', ...args] = kustomizeCommand();
  const text = execFileSync(command, [...args, join(k8s, 'overlays', overlay)], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return parseAllDocuments(text).map(document => document.toJS() as Resource);
}
