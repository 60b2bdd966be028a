import { readdirSync, readFileSync } from 'node:fs';
import { things, type ThingKind } from '@ciep/contracts';
import { languages, written, type Currency, type Language } from '@ciep/kernel';
import { Liquid, type Template } from 'liquidjs';

/** A mail without its recipient. */
export interface Letter {
  readonly subject: string;
  readonly text: string;
}

interface Parts extends Readonly<Record<Language, { subject: Template[]; text: Template[] }>> {
  /** The variables used in any language, as paths: `{{ application.number }}` is `application.number`. */
  readonly asked: readonly string[];
}

const frame = 'letter';
const suffix = '.liquid';
/** Far more than a letter needs; stops an endless template. */
const limits = { parseLimit: 20_000, renderLimit: 200, memoryLimit: 1_000_000 };
const longestSubject = 200;

// Line breaks would add a paragraph or a header; direction marks would reverse the text.
const intruders = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;
const asText = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');
const oneLine = (value: unknown): string => asText(value).toWellFormed().replaceAll(intruders, ' ').trim();

const beijing = (instant: string): string =>
  `${new Date(Date.parse(instant) + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')} (UTC+8)`;

/** The folder of our own templates. */
export const ownTemplates = new URL('../../templates/', import.meta.url);

/** Renders letters in both languages from template files: subject, empty line, text, for zh and en. */
export class Letters {
  private readonly engine = new Liquid({
    ...limits,
    strictFilters: true,
    strictVariables: true,
    ownPropertyOnly: true,
    outputEscape: oneLine,
  });
  private readonly templates = new Map<string, Parts>();

  constructor(folder: URL) {
    this.engine.registerFilter('money', (amount: number, currency: Currency) => written({ amount, currency }));
    this.engine.registerFilter('beijing', beijing);
    this.read(folder);
  }

  /** Adds the templates of a folder. Throws if one of them is invalid. */
  read(folder: URL): void {
    for (const file of readdirSync(folder).filter(name => name.endsWith(suffix))) {
      this.templates.set(file.slice(0, -suffix.length), this.parse(readFileSync(new URL(file, folder), 'utf8'), file));
    }
  }

  /** Names of all templates except the frame. */
  get names(): string[] {
    return [...this.templates.keys()].filter(name => name !== frame);
  }

  /** The variables of a template, as paths such as `application.number`. */
  askedBy(template: string): readonly string[] {
    return this.templates.get(template)?.asked ?? [];
  }

  /** The things whose readable names a template uses. */
  thingsIn(template: string): ThingKind[] {
    const roots = new Set(this.askedBy(template).map(path => path.split('.')[0]));
    return (Object.keys(things) as ThingKind[]).filter(kind => roots.has(kind));
  }

  /** Throws if the template does not exist or uses a variable that `data` lacks. */
  async write(template: string, language: Language, data: Readonly<Record<string, unknown>>): Promise<Letter> {
    const inner = await this.fill(template, language, data);
    const letter = await this.fill(frame, language, { name: null, ...data, ...inner });
    return { subject: oneLine(letter.subject).slice(0, longestSubject), text: letter.text };
  }

  private async fill(template: string, language: Language, data: object): Promise<Letter> {
    const parts = this.templates.get(template)?.[language];
    if (!parts) throw new Error(`there is no template ${template}`);
    const [subject, text] = (await Promise.all([this.engine.render(parts.subject, data), this.engine.render(parts.text, data)])) as [
      string,
      string,
    ];
    return { subject, text };
  }

  private parse(source: string, file: string): Parts {
    const sections = source.split(/^---(zh|en)\n/m).slice(1);
    const parts = languages.map(language => {
      const [, subject, text] = /^(.+)\n\n([^]+)$/.exec(sections[sections.indexOf(language) + 1]?.trim() ?? '') ?? [];
      if (!sections.includes(language) || subject === undefined || text === undefined)
        throw new Error(`${file}: needs a subject and a text in ${language}`);
      return [language, { subject: this.engine.parse(subject), text: this.engine.parse(text) }] as const;
    });
    const asked = parts.flatMap(([, { subject, text }]) => [subject, text].flatMap(part => this.engine.globalFullVariablesSync(part)));
    return { ...(Object.fromEntries(parts) as unknown as Parts), asked: [...new Set(asked)].sort() };
  }
}
