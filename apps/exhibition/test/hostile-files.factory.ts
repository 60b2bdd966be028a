import { randomBytes } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import { PDFDocument } from '@cantoo/pdf-lib';
import { aPdf, pdfOf } from '@ciep/testing';

const mebibyte = 1024 * 1024;

/** A gigabyte of zeros, compressed to a megabyte. */
export const gigabytePacked = (): Buffer => {
  const stretch = 64 * mebibyte;
  // Compressed pieces of one stream, each flushed so that the next can follow.
  const piece = deflateSync(Buffer.alloc(stretch), { level: 9, finishFlush: 2 });
  const next = piece.subarray(2);
  return Buffer.concat([piece, ...Array.from({ length: 15 }, () => next), Buffer.from([3, 0])]);
};

const chunk = (type: string, data: Buffer): Buffer => {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, checksum]);
};

/** A PNG of a size, with this data. */
export function png(width: number, height: number, data: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A valid white PNG of this size. */
export const whitePng = (width: number, height: number): Buffer => png(width, height, deflateSync(Buffer.alloc((width + 1) * height, 255)));

/** A JPEG of a size: its headers, some data, its end. */
export function jpeg(width: number, height: number, end = Buffer.from([0xff, 0xd9])): Buffer {
  const frame = Buffer.from([0xff, 0xc0, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]);
  const start = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
  const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 42, 42, 42]);
  return Buffer.concat([start, frame, scan, end]);
}

/** A picture as phones write it: it announces a second one, which follows it. */
export const photo = (picture: Buffer): Buffer =>
  Buffer.concat([
    picture.subarray(0, 20),
    Buffer.from([0xff, 0xe2, 0, 10]),
    Buffer.from('MPF\0II*\0', 'latin1'),
    picture.subarray(20),
    picture,
  ]);

/** A PDF of one page, with one packed stream. */
export const pdfWith = (stream: Buffer): Buffer => aPdf(stream, '', '/Filter /FlateDecode');

/** A PDF of one page, whose catalogue has these entries; the objects from 5 on are these. */
export const pdfThat = (catalogue: string, objects: readonly (Buffer | string)[] = [], page = ''): Buffer =>
  pdfOf([
    `<< /Type /Catalog /Pages 2 0 R ${catalogue} >>`,
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R ${page} >>`,
    '<< /Length 3 >>\nstream\nq Q\nendstream',
    ...objects,
  ]);

/** A PDF that consists of stream headers, each of which looks compressed: reading each to its end would take forever. */
export const pdfOfBeginnings = (): Buffer =>
  Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.from('stream\n\x78\x9c'.repeat(mebibyte), 'latin1'), Buffer.from('%%EOF\n')]);

/** A PDF whose tree of pages branches tenfold, nine times, into the same pages. */
export const billionPages = (): Buffer =>
  pdfOf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    ...Array.from({ length: 9 }, (_, at) => `<< /Type /Pages /Count 10 /Kids [${`${at + 3} 0 R `.repeat(10)}] >>`),
    '<< /Type /Page /MediaBox [0 0 1 1] >>',
  ]);

/** A stream of one object, followed by so many mebibytes of nothing. */
export const packedObjects = (mebibytes: number): Buffer => {
  const packed = deflateSync(Buffer.concat([Buffer.from('9 0 null'), Buffer.alloc(mebibytes * mebibyte, 32)]));
  const head = `<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length ${packed.length} >>\nstream\n`;
  return Buffer.concat([Buffer.from(head), packed, Buffer.from('\nendstream')]);
};

const saved = async (document: PDFDocument, useObjectStreams: boolean) => Buffer.from(await document.save({ useObjectStreams }));

/** A PDF as programs write it today, its objects packed. */
export async function objectStreams(): Promise<Buffer> {
  const document = await PDFDocument.create();
  document.addPage().drawText('stamped');
  return saved(document, true);
}

/** A PDF with a script, in a packed object or not. */
export async function scripted(isPacked: boolean): Promise<Buffer> {
  const document = await PDFDocument.create();
  document.addPage();
  document.addJavaScript('main', 'app.alert(1)');
  return saved(document, isPacked);
}

/** A PDF that asks for a password. */
export async function encryptedPdf(): Promise<Buffer> {
  const document = await PDFDocument.create();
  document.addPage();
  document.encrypt({ userPassword: 'secret', ownerPassword: 'more' });
  return saved(document, true);
}

/** A PNG that is nothing but empty chunks. */
export const pngOfChunks = (): Buffer => {
  const empty = chunk('tEXt', Buffer.alloc(0));
  return Buffer.concat([whitePng(1, 1).subarray(0, 33), ...Array.from({ length: 400_000 }, () => empty), chunk('IEND', Buffer.alloc(0))]);
};

/** A ZIP archive of one file, stored. */
export function zip(name: string, content: Buffer): Buffer {
  const [local, central, end] = [Buffer.alloc(30), Buffer.alloc(46), Buffer.alloc(22)];
  local.write('PK\u0003\u0004', 'latin1');
  central.write('PK\u0001\u0002', 'latin1');
  for (const [header, at] of [
    [local, 14],
    [central, 16],
  ] as const) {
    header.writeUInt32LE(crc32(content), at);
    header.writeUInt32LE(content.length, at + 4);
    header.writeUInt32LE(content.length, at + 8);
    header.writeUInt16LE(name.length, at + 12);
  }
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + name.length, 12);
  end.writeUInt32LE(30 + name.length + content.length, 16);
  return Buffer.concat([local, Buffer.from(name), content, central, Buffer.from(name), end]);
}

/** An XML document whose entities expand to a billion laughs, inside a drawable SVG. */
export const billionLaughs = (): Buffer => {
  const entities = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join('\n');
  return Buffer.from(
    `<?xml version="1.0"?>\n<!DOCTYPE svg [<!ENTITY l0 "lol">\n${entities}]>\n<svg xmlns="http://www.w3.org/2000/svg"><text>&l9;</text></svg>`,
  );
};

export const noise = (bytes: number): Buffer => randomBytes(bytes);
