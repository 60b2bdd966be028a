import { describe, expect, it } from '@jest/globals';
import { extractText, getDocumentProxy, getMeta } from 'unpdf';
import { notPrintable } from './glyphs.js';
import { CharacterNotPrintable, renderPdf } from './render-pdf.js';

const textOf = async (file: Buffer): Promise<string> => {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(file)), { mergePages: true });
  return text;
};

describe(renderPdf.name, () => {
  it('keeps Chinese and English readable for a machine, in both weights', async () => {
    const file = await renderPdf({ content: [{ text: '展位确认协议', bold: true }, '深圳会展中心 Hall 1，龘靐齉 ￥12,345.00'] });
    const text = await textOf(file);
    expect(text).toContain('展位确认协议');
    expect(text).toContain('深圳会展中心 Hall 1，龘靐齉 ￥12,345.00');
  });

  it('shows every character that it takes in a font that has it, and names one that it does not take', async () => {
    for (const sample of ['Tiếng Việt é ü ß', 'Привет', '㐀䶮 臺灣 カナ ①㈱']) {
      expect({ sample, refused: notPrintable(sample) }).toEqual({ sample, refused: undefined });
      expect((await textOf(await renderPdf({ content: [{ text: sample, bold: true }, sample] }))).normalize('NFC')).toContain(
        sample.normalize('NFC'),
      );
    }
    for (const [sample, character] of [
      ['公司 العربية', 'ا'],
      ['שלום', 'ש'],
      ['ไทย', 'ไ'],
      ['Łódź', 'Ł'],
      ['한국어', '한'],
      ['हिन्दी', 'हि'],
      ['一😀', '😀'],
      ['𪚥', '𪚥'],
    ] as const) {
      expect(notPrintable(sample)).toBe(character);
      await expect(renderPdf({ content: { stack: [{ text: sample }] } })).rejects.toThrow(CharacterNotPrintable);
    }
  });

  it('embeds a subset of each weight that is used, not the whole font', async () => {
    const file = await renderPdf({ content: ['正文', { text: '标题', bold: true }], compress: false });
    const names = [...file.toString('latin1').matchAll(/\/FontName \/([A-Z]{6}\+\S+)/g)].map(([, name]) => name?.slice(7));
    expect(new Set(names)).toEqual(new Set(['NotoSansSC-Regular', 'NotoSansSC-Bold']));
    expect(file.toString('latin1').match(/\/FontFile[23] /g)).toHaveLength(2);
    expect(file.length).toBeLessThan(100_000);
  });

  it('gives the same bytes for the same definition, and the asked date', async () => {
    const definition = { content: '付款通知书', info: { title: '付款通知书', creationDate: new Date('2023-03-01T02:00:00Z') } };
    const [once, again] = [await renderPdf(definition), await renderPdf(definition)];
    expect(once.equals(again)).toBe(true);
    const { info } = await getMeta(await getDocumentProxy(new Uint8Array(once)));
    expect(info).toMatchObject({ Title: '付款通知书', Producer: 'CIEP', Creator: 'CIEP', CreationDate: 'D:20230301020000Z' });
  });

  it('reads no file and asks no server that the definition names', async () => {
    await expect(renderPdf({ content: { image: '/etc/hostname' } })).rejects.toThrow('denied by resource access policy');
    await expect(renderPdf({ content: { image: 'logo' }, images: { logo: 'http://127.0.0.1:1/logo.png' } })).rejects.toThrow();
  });

  it('leaves the given definition as it was', async () => {
    const definition = { content: '一' };
    await renderPdf(definition);
    expect(definition).toEqual({ content: '一' });
  });
});
