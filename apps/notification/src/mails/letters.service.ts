import { readdirSync, readFileSync } from 'node:fs';
import { languages, written, type Currency, type Language } from '@ciep/kernel';
import { Injectable } from '@nestjs/common';
import { Liquid, type Template } from 'liquidjs';

/** A mail without its recipient. */
export interface Letter {
  readonly subject: string;
  readonly text: string;
}

type Parts = Readonly<Record<Language, { subject: Template[]; text: Template[] }>>;

const folder = new URL('../../templates/', import.meta.url);
const frame = 'letter';
/** Far more than a letter needs; a template that goes on for ever is stopped. */
const limits = { parseLimit: 20_000, renderLimit: 200, memoryLimit: 1_000_000 };
const longestSubject = 200;

// Line breaks would open a paragraph, or a header, that we did not write; marks of direction would turn the text round.
const intruders = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;
const asText = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');
const oneLine = (value: unknown): string => asText(value).toWellFormed().replaceAll(intruders, ' ').trim();

const beijing = (instant: string): string =>
  `${new Date(Date.parse(instant) + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')} (UTC+8)`;

/** Writes letters in both languages from the files of `templates/`: subject, empty line, text, for zh and en. */
@Injectable()
export class Letters {
  private readonly engine = new Liquid({
    ...limits,
    strictFilters: true,
    strictVariables: true,
    ownPropertyOnly: true,
    outputEscape: oneLine,
  });
  private readonly templates = new Map<string, Parts>();

  constructor() {
    this.engine.registerFilter('money', (amount: number, currency: Currency) => written({ amount, currency }));
    this.engine.registerFilter('beijing', beijing);
    for (const file of readdirSync(folder).filter(name => name.endsWith('.liquid'))) {
      this.templates.set(file.slice(0, -'.liquid'.length), this.parse(readFileSync(new URL(file, folder), 'utf8'), file));
    }
  }

  /** Names of all templates but the frame. */
  get names(): string[] {
    return [...this.templates.keys()].filter(name => name !== frame);
  }

  /** Throws when the template does not exist or asks for something that `data` has not got. */
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
    return Object.fromEntries(parts) as unknown as Parts;
  }
}
