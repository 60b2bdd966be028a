import { join } from 'node:path';
import type { Tree } from '@nx/devkit';
import { format, resolveConfig } from 'prettier';
import { makeAggregate } from './aggregate.js';
import { NotPossible } from './names.js';
import { makeService } from './service.js';
import { makeUseCase } from './use-case.js';

/** The kinds of skeletons. */
export const kinds = ['service', 'aggregate', 'use-case'] as const;
export type Kind = (typeof kinds)[number];

/** The options besides the name. */
export interface Wishes {
  /** The service, or the service and the folder of the aggregate. */
  readonly in?: string | undefined;
  readonly aggregate?: string | undefined;
  readonly plural?: string | undefined;
  readonly status?: string | undefined;
  readonly zh?: string | undefined;
  readonly en?: string | undefined;
}

/** Generates a formatted skeleton in the tree. Throws {@link NotPossible}; writes nothing to disk itself. */
export async function generate(tree: Tree, kind: Kind, name: string, wishes: Wishes, at: Date): Promise<void> {
  const before = new Map(tree.listChanges().map(({ path, content }) => [path, content?.toString()]));
  const [service = '', feature = ''] = wishes.in?.split('/') ?? [];
  const { aggregate = name, plural, status, zh = name, en = name } = wishes;
  if (kind === 'service') makeService(tree, { name, area: { zh, en }, aggregate, plural, at });
  else if (service === '') throw new NotPossible(`where? --in ${kind === 'aggregate' ? 'SERVICE' : 'SERVICE/FEATURE'}`);
  else if (kind === 'aggregate') makeAggregate(tree, { name, service, plural, at });
  else makeUseCase(tree, { name, service, feature, status });

  for (const { path, content } of tree.listChanges()) {
    if (content === null || path === 'package-lock.json' || content.toString() === before.get(path)) continue;
    const filepath = join(tree.root, path);
    tree.write(path, await format(content.toString(), { ...(await resolveConfig(filepath)), filepath }));
  }
}
