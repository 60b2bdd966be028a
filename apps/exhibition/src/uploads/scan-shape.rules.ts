import type { ScanType } from './upload.rules.js';

/** What can be seen in a scan without opening it. */
export interface ScanShape {
  /** It begins and ends as its type requires, and is not another type as well. */
  readonly isWhole: boolean;
  /** Width × height of a picture, from its header. */
  readonly pixels: number;
  /** Its compressed parts that are large enough to matter; continued data is one part. */
  readonly packed: readonly Buffer[];
}

/** The largest unpacked size: ten pages of A4 in colour at 300 dpi. A larger one is meant to exhaust memory. */
export const mostUnpacked = 256 * 1024 * 1024;
/** Smaller parts cannot unpack to that size: the format compresses at most 1032 to one. */
const leastPacked = mostUnpacked / 1032;
/** Far more than a scan has; a file that consists of stream headers would cost too much CPU time. */
const mostParts = 20_000;
/** More do not fit side by side into an upload. */
const mostPacked = 100;

const broken: ScanShape = { isWhole: false, pixels: 0, packed: [] };
const pdfMark = Buffer.from('%PDF-');
const streamMark = Buffer.from('stream');
const streamEnd = Buffer.from('endstream');
const archiveDirectory = Buffer.from('PK\u0001\u0002', 'latin1');
const archiveEnd = Buffer.from('PK\u0005\u0006', 'latin1');

/** Reads the shape of a scan; its first bytes match the media type. */
export function shapeOf(content: Buffer, mediaType: ScanType): ScanShape {
  if (holdsArchive(content) || holdsWebPage(content)) return broken;
  if (mediaType === 'application/pdf') return shapeOfPdf(content);
  if (content.subarray(0, 1024).includes(pdfMark)) return broken;
  return mediaType === 'image/png' ? shapeOfPng(content) : shapeOfJpeg(content);
}

/** Readers find an archive by its last record, whatever surrounds it. The record gives the length of the directory before it. */
function holdsArchive(content: Buffer): boolean {
  for (let at = content.indexOf(archiveEnd); at !== -1 && at + 22 <= content.length; at = content.indexOf(archiveEnd, at + 1)) {
    const directory = at - content.readUInt32LE(at + 12);
    const isLast = at + 22 + content.readUInt16LE(at + 20) === content.length;
    if (isLast || (directory >= 0 && content.subarray(directory, directory + 4).equals(archiveDirectory))) return true;
  }
  return false;
}

/** No scan has the text of a web page in it, and packed or picture data do not hold it by chance. */
const holdsWebPage = (content: Buffer): boolean =>
  /<(?:!doctype[ \t\r\n]+html|html|script|iframe)[ \t\r\n>]/i.test(content.toString('latin1'));

/** Only white space follows the end mark. Counts every place that may begin a stream, not only those that a reader would find. */
function shapeOfPdf(content: Buffer): ScanShape {
  if (content.indexOf(pdfMark) !== 0 || !/%%EOF[\0\t\n\f\r ]*$/.test(content.toString('latin1', Math.max(0, content.length - 1024))))
    return broken;
  const packed: Buffer[] = [];
  let end = 0;
  let at = content.indexOf(streamMark);
  for (let parts = 0; at !== -1; at = content.indexOf(streamMark, at + 6)) {
    if ((parts += 1) > mostParts) return broken;
    const start = content[at + 6] === 13 ? at + 8 : at + 7;
    if (end < start && end !== -1) end = content.indexOf(streamEnd, start);
    const part = content.subarray(start, end === -1 ? content.length : end);
    if (part.length >= leastPacked && looksPacked(part)) packed.push(part);
  }
  return { isWhole: packed.length <= mostPacked, pixels: 0, packed };
}

/** The two header bytes of zlib (RFC 1950). */
const looksPacked = (part: Buffer): boolean => ((part[0] ?? 0) & 15) === 8 && part.readUInt16BE(0) % 31 === 0;

/** Every chunk has a length; the last one is the end of the file. */
function shapeOfPng(content: Buffer): ScanShape {
  const data: Buffer[] = [];
  let pixels = 0;
  let at = 8;
  for (let parts = 0; at + 12 <= content.length && parts < mostParts; parts += 1) {
    const length = content.readUInt32BE(at);
    const type = content.toString('latin1', at + 4, at + 8);
    const end = at + 12 + length;
    if (end > content.length) return broken;
    if (type === 'IHDR' && length >= 8) pixels = content.readUInt32BE(at + 8) * content.readUInt32BE(at + 12);
    if (type === 'IDAT') data.push(content.subarray(at + 8, end - 4));
    if (type === 'IEND') {
      const isWhole = end === content.length && pixels > 0 && data.length > 0;
      return { isWhole, pixels, packed: [Buffer.concat(data)].filter(({ length }) => length >= leastPacked) };
    }
    at = end;
  }
  return broken;
}

/** The file ends where its picture ends. Only phones put more whole pictures behind the first one, which announces them (CIPA DC-007). */
function shapeOfJpeg(content: Buffer): ScanShape {
  let pixels = 0;
  let mayFollow = false;
  for (let at = 0; at < content.length;) {
    const picture = pictureAt(content, at);
    if (!picture || (at > 0 && !mayFollow)) return broken;
    pixels += picture.pixels;
    mayFollow ||= content.subarray(at, picture.data).includes('MPF\0');
    at = picture.end;
  }
  return { isWhole: pixels > 0, pixels, packed: [] };
}

interface Picture {
  readonly pixels: number;
  /** Where its data begin, behind its headers. */
  readonly data: number;
  readonly end: number;
}

/** Markers of a frame (SOF0 to SOF15 without the tables between them) contain the size; its data end at any other marker. */
function pictureAt(content: Buffer, start: number): Picture | undefined {
  if (content[start] !== 0xff || content[start + 1] !== 0xd8) return undefined;
  let pixels = 0;
  let data = 0;
  let at = start + 2;
  while (at + 2 <= content.length && content[at] === 0xff) {
    const marker = content[at + 1] ?? 0;
    if (marker === 0xd9) return data > 0 ? { pixels, data, end: at + 2 } : undefined;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (at + 4 > content.length) return undefined;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame && at + 9 <= content.length) pixels = content.readUInt16BE(at + 5) * content.readUInt16BE(at + 7);
    at += 2 + content.readUInt16BE(at + 2);
    if (marker === 0xda) {
      data ||= at;
      at = endOfData(content, at);
    }
  }
  return undefined;
}

/** In the data of a picture, FF is followed by 00, by a restart marker or by another FF; anything else is the next marker. */
function endOfData(content: Buffer, from: number): number {
  for (let at = content.indexOf(0xff, from); at !== -1; at = content.indexOf(0xff, at + 1)) {
    const next = content[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  return content.length;
}
