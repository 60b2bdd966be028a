import { documentHead, HttpRefusal, isSharedComponent } from '@ciep/platform';
import { languages, type Language } from '@ciep/kernel';
import { Injectable } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { serviceUnavailable } from '../routing/gateway.errors.js';
import { Routing } from '../routing/routing.service.js';
import { groupsOf } from './audiences.rules.js';
import { inBoth } from './both-languages.rules.js';
import { openContent, remade, type Content } from './content.rules.js';
import { introduction, title } from './introduction.page.js';
import { mergeDocuments, type Part } from './merge.rules.js';
import { inLanguage } from './one-language.rules.js';
import { named } from './tag-names.rules.js';

const head = documentHead(inBoth(title), inBoth(introduction));

/** The documents of all services as one. */
@Injectable()
export class MergedDocument {
  private readonly inBoth = this.kept(document => document);
  private readonly inOne = new Map(languages.map(language => [language, this.kept(document => inLanguage(document, language))]));

  constructor(private readonly routing: Routing) {}

  /** The serialized document, in both languages or one; 503 while a service does not provide its part. */
  content(language: Language | undefined): Promise<Content> {
    return (this.inOne.get(language as Language) ?? this.inBoth)();
  }

  /** The documents of the services; 503 while one does not provide its own. */
  parts(): Promise<Part[]> {
    return Promise.all(
      this.routing.all().map(async upstream => ({
        service: upstream.name,
        document: await upstream.document().catch((): never => {
          throw new HttpRefusal({ ...serviceUnavailable, details: { service: upstream.name } });
        }),
      })),
    );
  }

  private kept(shown: (document: OpenAPIObject) => OpenAPIObject): () => Promise<Content> {
    return remade(async () => openContent('application/json; charset=utf-8', JSON.stringify(shown(await this.document()))));
  }

  private async document(): Promise<OpenAPIObject> {
    const merged = mergeDocuments(await this.parts(), isSharedComponent, head);
    return { ...merged, tags: named(merged.tags ?? []), 'x-tagGroups': groupsOf(merged) } as OpenAPIObject;
  }
}
