import { services, type ServiceContract } from '@ciep/contracts';
import type { OpenAPIObject } from '@nestjs/swagger';
import { inBoth, partIn } from './both-languages.rules.js';

type Tag = NonNullable<OpenAPIObject['tags']>[number];

const areas: Readonly<Record<string, ServiceContract>> = services;

/** A tag of the merged document is `service: words`. */
const partsOf = ({ name }: Tag): { service: string; words: string } => {
  const [service = '', words = service] = name.split(': ');
  return { service, words };
};

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/**
 * Tags with the name that readers see: in English its words, in Chinese the beginning of its description, up to a colon. Where several
 * services have the tag, the name says of what it is.
 */
export function named(tags: readonly Tag[]): (Tag & { 'x-displayName': string })[] {
  return tags.map(tag => {
    const { service, words } = partsOf(tag);
    const isOfSeveral = tags.filter(other => partsOf(other).words === words).length > 1;
    const area = isOfSeveral ? areas[service]?.area : undefined;
    const zh = /^[^：]*/.exec(partIn(tag.description ?? '', 'zh'))?.[0] ?? '';
    const name = { en: capital(words), zh };
    return { ...tag, 'x-displayName': inBoth(area ? { en: `${name.en} · ${area.en}`, zh: `${name.zh} · ${area.zh}` } : name) };
  });
}
