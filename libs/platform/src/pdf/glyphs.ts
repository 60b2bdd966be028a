import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);
const file = (name: string, weight: '400Regular' | '700Bold') =>
  load.resolve(
    `@expo-google-fonts/${name.replaceAll(/(?<=.)(?=[A-Z][a-z])|(?<=[a-z])(?=SC|KR)/g, '-').toLowerCase()}/${weight}/${name}_${weight}.ttf`,
  );

/** The fonts of documents, the preferred one first: only Noto Sans SC so far. */
export const families = ['NotoSansSC'] as const;
export type Family = (typeof families)[number];
export const faces = Object.fromEntries(
  families.map(name => [name, { regular: file(name, '400Regular'), bold: file(name, '700Bold') }]),
) as Record<Family, { readonly regular: string; readonly bold: string }>;

/** Characters that the first font certainly has (ASCII, Latin-1, Chinese and its punctuation), so that most texts open no font. */
const ordinary = /^[\n\t\u0020-\u007e\u00a0-\u00ff\u3001-\u3011\u4e00-\u9fa5\uff01-\uff5e]*$/;
/** Scripts that run from left to right in separate letters. Others need an order or a shaping that the PDF library does not do. */
const simple =
  /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}\p{Script=Common}\p{Script=Inherited}]+$/u;

interface Glyphs {
  hasGlyphForCodePoint(codePoint: number): boolean;
}
const opened = new Map<Family, Glyphs>();
const glyphsOf = (family: Family): Glyphs => {
  let glyphs = opened.get(family);
  if (!glyphs) {
    // Loaded for the first uncommon character.
    glyphs = (load('fontkit') as { openSync(path: string): Glyphs }).openSync(faces[family].regular);
    opened.set(family, glyphs);
  }
  return glyphs;
};

const clusters = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** The font that has a character with all its diacritics; undefined if none has, or if the script cannot be set. */
const familyOf = (cluster: string): Family | undefined => {
  if (ordinary.test(cluster)) return families[0];
  const text = cluster.normalize('NFC');
  if (!simple.test(text)) return undefined;
  return families.find(family => [...text].every(each => glyphsOf(family).hasGlyphForCodePoint(each.codePointAt(0) ?? 0)));
};

/** The first character of a text that documents cannot show; undefined if they can show all of it (docs/rules.md#printable-names). */
export function notPrintable(text: string): string | undefined {
  if (ordinary.test(text)) return undefined;
  for (const { segment } of clusters.segment(text)) if (!familyOf(segment)) return segment;
  return undefined;
}

/** Splits a text into pieces of one font each; the font is undefined where none has the characters. */
export function piecesOf(text: string): { text: string; family: Family | undefined }[] {
  if (ordinary.test(text)) return [{ text, family: families[0] }];
  const pieces: { text: string; family: Family | undefined }[] = [];
  for (const { segment } of clusters.segment(text)) {
    const family = familyOf(segment);
    const last = pieces.at(-1);
    if (last && last.family === family) last.text += segment.normalize('NFC');
    else pieces.push({ text: segment.normalize('NFC'), family });
  }
  return pieces;
}
