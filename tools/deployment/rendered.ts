import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of the manifests. */
export const k8s = join(import.meta.dirname, '../../k8s');

/** What is deployed, and committed as rendered. */
export const overlays = ['kind', 'production'] as const;
export type Overlay = (typeof overlays)[number];

/** Where an overlay is committed as it reaches a cluster. */
export const renderedPath = (overlay: Overlay): string => join(k8s, 'rendered', `${overlay}.yaml`);

/** Says by what a rendered file was made, so that nobody needs kustomize to see that it is stale or was edited by hand. */
const seal = (digest: string): string => `# Rendered by \`npm run manifests\`, not to be edited. Sources and text: sha256 ${digest}\n`;

/** Digest over everything that kustomize reads, and over what it made of that. */
function digestOf(text: string): string {
  const hash = createHash('sha256');
  for (const folder of ['base', 'overlays']) {
    const files = readdirSync(join(k8s, folder), { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
    const paths = files.map(entry => join(entry.parentPath, entry.name)).sort();
    for (const path of paths) hash.update(`${path.slice(k8s.length)}\0${readFileSync(path, 'utf8')}\0`);
  }
  return hash.update(text).digest('hex');
}

/** A rendered file: its seal, and the text. */
export const sealed = (text: string): string => `${seal(digestOf(text))}${text}`;

/** Whether a rendered file was made from the sources as they are, and not touched since. */
export function isFresh(file: string): boolean {
  const end = file.indexOf('\n') + 1;
  return file === sealed(file.slice(end));
}

/** kustomize, or the one in kubectl (1.27 or newer, which have kustomize 5); undefined on a machine with neither. */
export function kustomizeCommand(): readonly string[] | undefined {
  const answers = (command: string, ...args: string[]): string => {
    try {
      return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    } catch {
      return '';
    }
  };
  if (/v5\./.test(answers('kustomize', 'version'))) return ['kustomize', 'build'];
  if (/Kustomize Version: v5\./.test(answers('kubectl', 'version', '--client'))) return ['kubectl', 'kustomize'];
  return undefined;
}

/** An overlay as kustomize makes it. Throws with kustomize's own message. */
export function render(overlay: string, [command = '', ...args]: readonly string[], root = k8s): string {
  return execFileSync(command, [...args, join(root, 'overlays', overlay)], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}
