import { DomainError } from '@ciep/kernel';
import type { TDocumentDefinitions } from 'pdfmake/interfaces.js';
import { faces, families, notPrintable, piecesOf } from './glyphs.js';

const files = new Set(Object.values(faces).flatMap(({ regular, bold }) => [regular, bold]));

let loaded: Promise<typeof import('pdfmake')> | undefined;

/** Loaded with the first file, because most processes never create one. */
const load = async (): Promise<typeof import('pdfmake')> => {
  const { default: pdfmake } = await import('pdfmake');
  pdfmake.setFonts(
    Object.fromEntries(
      families.map(name => [
        name,
        { normal: faces[name].regular, bold: faces[name].bold, italics: faces[name].regular, bolditalics: faces[name].bold },
      ]),
    ),
  );
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy(path => files.has(path));
  return pdfmake;
};

/** A pdfmake document. Images are data URLs only; {@link renderPdf} sets the font. */
export type PdfDefinition = TDocumentDefinitions;

/** A text has a character that no font has, or of a script that cannot be set. */
export class CharacterNotPrintable extends DomainError {
  constructor(character: string) {
    super(
      'conflict',
      'document.character_not_printable',
      {
        zh: `文件无法显示字符“${character}”，请修改相关内容。`,
        en: `The document cannot show the character "${character}"; change the text that holds it.`,
      },
      { character },
    );
  }
}

/** Gives every text the fonts that have its characters, so that no empty box appears. */
function inFonts(content: unknown): unknown {
  if (typeof content === 'string') {
    const pieces = piecesOf(content);
    if (pieces.every(({ family }) => family === families[0])) return content;
    return {
      text: pieces.map(({ text, family }) => {
        if (family === undefined) throw new CharacterNotPrintable(notPrintable(text) ?? text);
        return { text, font: families[0] };
      }),
    };
  }
  if (Array.isArray(content)) return content.map(inFonts);
  if (typeof content !== 'object' || content === null) return content;
  return Object.fromEntries(
    Object.entries(content).map(([key, value]) => {
      if (key === 'text' && typeof value === 'string') {
        const set = inFonts(value);
        return [key, typeof set === 'string' ? set : (set as { text: unknown }).text];
      }
      return [key, containers.has(key) ? inFonts(value) : value];
    }),
  );
}
/** The properties that hold other content. The rest (widths, styles) holds no text. */
const containers = new Set(['text', 'stack', 'columns', 'ol', 'ul', 'table', 'body']);

/**
 * A PDF file in memory, with a subset of Noto Sans SC (400, 700) embedded, so that Chinese and English can be read, searched and
 * copied on every machine. Nothing is fetched and no file but the fonts is read: a definition that names another one is refused
 * with an `Error`, a character that no font has with {@link CharacterNotPrintable}. The same definition gives the same bytes; a document that should show when it was made sets `info.creationDate`.
 * Takes some 100 ms of the process for one page: render where a person waits for the file, not in a loop.
 *
 * ```ts
 * const file = await renderPdf({ content: [{ text: '付款通知书', bold: true }, 'Payment demand'], info: { title: 'I-2023-000001' } });
 * ```
 */
export async function renderPdf(definition: PdfDefinition): Promise<Buffer> {
  const pdfmake = await (loaded ??= load());
  return pdfmake
    .createPdf({
      ...definition,
      content: inFonts(definition.content) as TDocumentDefinitions['content'],
      info: { producer: 'CIEP', creator: 'CIEP', creationDate: new Date(0), ...definition.info },
      defaultStyle: { fontSize: 10, ...definition.defaultStyle, font: families[0] },
    })
    .getBuffer();
}
