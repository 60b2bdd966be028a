import { createRequire } from 'node:module';
import type { TDocumentDefinitions } from 'pdfmake/interfaces.js';

const { resolve } = createRequire(import.meta.url);
const face = (weight: '400Regular' | '700Bold') => resolve(`@expo-google-fonts/noto-sans-sc/${weight}/NotoSansSC_${weight}.ttf`);
const [regular, bold] = [face('400Regular'), face('700Bold')];
const family = 'Noto Sans SC';

let loaded: Promise<typeof import('pdfmake')> | undefined;

/** Loaded for the first file: most processes never make one, and each would start later and be larger. */
const load = async (): Promise<typeof import('pdfmake')> => {
  const { default: pdfmake } = await import('pdfmake');
  pdfmake.setFonts({ [family]: { normal: regular, bold, italics: regular, bolditalics: bold } });
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy(path => path === regular || path === bold);
  return pdfmake;
};

/** What a PDF shall show: a pdfmake document. Images are data URLs only; the font is set by {@link renderPdf}. */
export type PdfDefinition = TDocumentDefinitions;

/**
 * A PDF file in memory, with a subset of Noto Sans SC (400, 700) embedded, so that Chinese and English can be read, searched and
 * copied on every machine. Nothing is fetched and no file but the two fonts is read: a definition that names another one is refused
 * with an `Error`. The same definition gives the same bytes; a document that should show when it was made sets `info.creationDate`.
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
      info: { producer: 'CIEP', creator: 'CIEP', creationDate: new Date(0), ...definition.info },
      defaultStyle: { fontSize: 10, ...definition.defaultStyle, font: family },
    })
    .getBuffer();
}
