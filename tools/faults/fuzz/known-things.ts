import { randomUUID } from 'node:crypto';
import type { Operation } from '../../../apps/all-in-one/test/operations.js';

const most = 40;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The ids seen in answers, so that requests can be about existing resources. */
export class KnownThings {
  private readonly ids = new Map<string, string[]>();
  private readonly versions = new Map<string, number>();

  /** Records every id in an answer: by the collection it was read from, and by the name of its field. */
  learn(operation: Operation, answer: unknown): void {
    const { template } = operation;
    const collection = template.split('/').findLast(part => !part.startsWith('{')) ?? '';
    this.look(collection, answer);
    const things = (answer as { items?: unknown[] } | undefined)?.items ?? [answer];
    for (const thing of things) {
      const { id, version } = (thing ?? {}) as { id?: unknown; version?: unknown };
      if (typeof id === 'string' && typeof version === 'number') this.versions.set(`${resourceOf(operation)} ${id}`, version);
    }
  }

  /** Ids for a path parameter: `{id}` after `booths`, or a name like `editionId`. */
  forPath({ template }: Operation, name: string): readonly string[] {
    const parts = template.split('/');
    const collection = parts[parts.indexOf(`{${name}}`) - 1] ?? '';
    return this.ids.get(collection) ?? this.ids.get(name) ?? [];
  }

  /** Ids for a body field or a query parameter. */
  forField(name: string): readonly string[] {
    return this.ids.get(name) ?? this.ids.get(`${name.replace(/Id$/, '')}s`) ?? [];
  }

  /** The version that was seen last. */
  versionOf(operation: Operation, id: string): number {
    return this.versions.get(`${resourceOf(operation)} ${id}`) ?? 1;
  }

  /** One of these ids, or an unknown one. */
  static one(ids: readonly string[], pick: number): string {
    return ids[pick % Math.max(ids.length, 1)] ?? randomUUID();
  }

  private look(collection: string, node: unknown): void {
    if (Array.isArray(node)) return node.forEach(item => this.look(collection, item));
    if (typeof node !== 'object' || node === null) return;
    for (const [name, value] of Object.entries(node)) {
      if (typeof value === 'string' && uuid.test(value)) this.note(name === 'id' ? collection : name, value);
      else this.look(name === 'items' ? collection : name, value);
    }
  }

  private note(name: string, id: string): void {
    const known = this.ids.get(name) ?? [];
    if (!known.includes(id)) this.ids.set(name, [...known, id].slice(-most));
  }
}

/** The kind of resource that an operation answers or changes: an application and its agreement have one id and two versions. */
function resourceOf({ method, template }: Operation): string {
  if (template.endsWith('}')) return template;
  const above = template.slice(0, template.lastIndexOf('/'));
  const isVerb = method !== 'GET' && (above.endsWith('}') || above.endsWith('/agreement'));
  return isVerb ? above : template.endsWith('/agreement') ? template : `${template}/{id}`;
}
