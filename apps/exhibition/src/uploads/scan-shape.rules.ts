import type { ScanType } from './upload.rules.js';

/** What can be told of a scan without opening it. */
export interface ScanShape {
  /** It begins and ends as its type does, and is not another file, too. */
  readonly isWhole: boolean;
  /** Width × height that a picture announces. */
  readonly pixels: number;
  /** Its compressed parts that are large enough to matter; what belongs together is one part. */
  readonly packed: readonly Buffer[];
}

/** What a file may unpack to: ten pages of A4 in colour at 300 dpi. More is meant to fill somebody's memory. */
export const mostUnpacked = 256 * 1024 * 1024;
/** Below it nothing can unpack to so much: the format packs at most 1032 to one. */
const leastPacked = mostUnpacked / 1032;
/** Far more than a scan has; a file that is nothing but beginnings of parts would keep us busy. */
const mostParts = 20_000;
/** More do not fit into an upload side by side. */
const mostPacked = 100;

const broken: ScanShape = { isWhole: false, pixels: 0, packed: [] };
const pdfMark = Buffer.from('%PDF-');
const streamMark = Buffer.from('stream');
const streamEnd = Buffer.from('endstream');
const archiveEnd = Buffer.from('PK\u0005\u0006', 'latin1');

/** Reads the shape of a scan, whose content is of this type by its first bytes. */
export function shapeOf(content: Buffer, mediaType: ScanType): ScanShape {
  if (endsAsArchive(content)) return broken;
  if (mediaType === 'application/pdf') return shapeOfPdf(content);
  if (content.subarray(0, 1024).includes(pdfMark)) return broken;
  return mediaType === 'image/png' ? shapeOfPng(content) : shapeOfJpeg(content);
}

/** An archive is found from its end, whatever stands before it; its last record says how much still follows. */
function endsAsArchive(content: Buffer): boolean {
  const at = content.lastIndexOf(archiveEnd);
  return at !== -1 && at + 22 <= content.length && at + 22 + content.readUInt16LE(at + 20) === content.length;
}

/** Readers look for the end mark in the last 1024 bytes. Every place that may begin a stream counts, not only those that a reader would find. */
function shapeOfPdf(content: Buffer): ScanShape {
  if (content.indexOf(pdfMark) !== 0 || !content.subarray(-1024).includes('%%EOF')) return broken;
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

/** The two bytes that zlib begins with (RFC 1950). */
const looksPacked = (part: Buffer): boolean => ((part[0] ?? 0) & 15) === 8 && part.readUInt16BE(0) % 31 === 0;

/** Every chunk says how long it is; the last one is the end of the file. */
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

/** Markers of a frame (SOF0 to SOF15 without the tables between them) tell its size; the picture ends with EOI, which cameras may write something behind. */
function shapeOfJpeg(content: Buffer): ScanShape {
  let pixels = 0;
  for (let at = 2; at + 4 <= content.length && content[at] === 0xff;) {
    const marker = content[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = content.readUInt16BE(at + 2);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame && at + 9 <= content.length) pixels = content.readUInt16BE(at + 5) * content.readUInt16BE(at + 7);
    if (marker === 0xda) return { isWhole: pixels > 0 && content.indexOf(Buffer.from([0xff, 0xd9]), at) !== -1, pixels, packed: [] };
    at += 2 + length;
  }
  return broken;
}
