// Runs as a thread of its own for one PDF, so that a hostile file costs no more than this thread, its memory and its time.
import { parentPort } from 'node:worker_threads';
import { inflateSync } from 'node:zlib';
import {
  PDFArray,
  PDFCatalog,
  PDFDict,
  PDFName,
  PDFNumber,
  PDFObjectParser,
  PDFParser,
  PDFRawStream,
  PDFRef,
  PDFString,
} from '@cantoo/pdf-lib';
import type { PdfFinding } from './pdf-inspection.service.js';

/** The largest unpacked size of object streams: they hold text, never pictures. */
const mostObjects = 16 * 1024 * 1024;

/** Far more than an agreement has. */
const mostPages = 10_000;

/** Actions that do more than turn a page or follow a link on a click. */
const activeActions = new Map<string, PdfFinding>([
  ['JavaScript', 'javascript'],
  ['Launch', 'launch'],
  ['ImportData', 'launch'],
  ['SubmitForm', 'launch'],
  ['GoToE', 'embedded_file'],
  ['GoToR', 'launch'],
  ['Rendition', 'rich_media'],
  ['Movie', 'rich_media'],
  ['Sound', 'rich_media'],
  ['RichMediaExecute', 'rich_media'],
  ['GoTo3DView', 'rich_media'],
]);
const activeKeys = new Map<string, PdfFinding>([
  ['JS', 'javascript'],
  ['AA', 'automatic_action'],
  ['EmbeddedFiles', 'embedded_file'],
  ['EF', 'embedded_file'],
  ['XFA', 'xfa'],
  ['RichMediaContent', 'rich_media'],
]);
const activeTypes = new Map<string, PdfFinding>([
  ['EmbeddedFile', 'embedded_file'],
  ['FileAttachment', 'embedded_file'],
  ['RichMedia', 'rich_media'],
  ['Screen', 'rich_media'],
  ['Movie', 'rich_media'],
  ['Sound', 'rich_media'],
  ['3D', 'rich_media'],
]);

class Found extends Error {
  constructor(readonly finding: PdfFinding) {
    super(finding);
  }
}

const nameOf = (dict: PDFDict, key: string): string => {
  const value = dict.get(PDFName.of(key));
  return value instanceof PDFName ? value.decodeText() : '';
};

function refuseActive(dict: PDFDict): void {
  const finding =
    dict
      .keys()
      .map(key => activeKeys.get(key.decodeText()))
      .find(Boolean) ??
    activeActions.get(nameOf(dict, 'S')) ??
    activeTypes.get(nameOf(dict, 'Type')) ??
    activeTypes.get(nameOf(dict, 'Subtype'));
  if (finding) throw new Found(finding);
}

const openings: unknown[] = [];

/** The parser itself swallows errors of an object; what was found first is kept. */
let found: Found | undefined;
const note = (look: () => void): void => {
  try {
    look();
  } catch (error) {
    if (error instanceof Found) found ??= error;
    throw error;
  }
};

// The parser hands every dictionary and stream to these functions, also those that a later version of the file replaces, because a
// reader that follows the file's tables may meet them. No other thread shares the patched module.
const parsing = PDFObjectParser.prototype as unknown as {
  parseDict(this: unknown, ref?: PDFRef): PDFDict;
  parseDictOrStream(this: unknown, ref?: PDFRef): PDFDict | PDFRawStream;
};
// eslint-disable-next-line @typescript-eslint/unbound-method -- they are called with their own parser
const { parseDict, parseDictOrStream } = parsing;
parsing.parseDict = function (ref) {
  const dict = parseDict.call(this, ref);
  note(() => refuseActive(dict));
  const opening = dict.get(PDFName.of('OpenAction'));
  if (opening) openings.push(opening);
  return dict;
};
parsing.parseDictOrStream = function (ref) {
  const object = parseDictOrStream.call(this, ref);
  if (object instanceof PDFRawStream) note(() => refuseStream(object));
  return object;
};

let objectsInStreams = 0;
/** The parser unpacks object streams whole, so it only gets small ones. */
function refuseStream({ dict, contents }: PDFRawStream): void {
  if (dict.has(PDFName.of('F'))) throw new Found('embedded_file');
  const type = nameOf(dict, 'Type');
  if (type !== 'ObjStm' && type !== 'XRef') return;
  const filter = dict.get(PDFName.of('Filter'));
  const filters = filter instanceof PDFArray ? filter.asArray() : filter ? [filter] : [];
  if (filters.some(each => each !== PDFName.of('FlateDecode')) || filters.length > 1) throw new Found('damaged');
  if (filters.length === 1) inflatedWithin(contents);
  if (type === 'ObjStm') objectsInStreams += dict.lookup(PDFName.of('N'), PDFNumber).asNumber();
}

function inflatedWithin(contents: Uint8Array): void {
  try {
    inflateSync(contents, { maxOutputLength: mostObjects });
  } catch (error) {
    throw new Found((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too_complex' : 'damaged');
  }
}

class InspectingParser extends PDFParser {
  assigned = 0;

  constructor(bytes: Uint8Array) {
    super(bytes, Infinity, true);
    const { context } = this;
    const assign = context.assign.bind(context);
    context.assign = (ref, object) => {
      this.assigned += 1;
      assign(ref, object);
    };
  }
}

/** An object that the parser did not meet may hide in the bytes of another one, and the tables may send a reader there. */
const headers = (bytes: Uint8Array): number =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .match(/(?<!\d)\d+[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+obj(?![A-Za-z])/g)?.length ?? 0;

/** Without decryption an encrypted file looks damaged. */
const why = (bytes: Uint8Array): PdfFinding =>
  Buffer.from(bytes.buffer).includes('/Encrypt') ? 'encrypted' : (found?.finding ?? 'damaged');

async function findingIn(bytes: Uint8Array): Promise<PdfFinding | 'none'> {
  try {
    const parser = new InspectingParser(bytes);
    const context = await parser.parseDocument();
    const { Root, Encrypt } = context.trailerInfo;
    if (Encrypt) return 'encrypted';
    if (headers(bytes) !== parser.assigned - objectsInStreams) return 'damaged';
    for (const opening of openings) {
      const action = opening instanceof PDFRef ? context.lookup(opening) : opening;
      const turnsToPage = action instanceof PDFArray || action instanceof PDFName || action instanceof PDFString;
      if (!turnsToPage && !(action instanceof PDFDict && (nameOf(action, 'S') === 'GoTo' || action.has(PDFName.of('D')))))
        return 'automatic_action';
    }
    const catalog = Root instanceof PDFRef ? context.lookup(Root) : undefined;
    if (!(catalog instanceof PDFCatalog)) return 'damaged';
    let pages = 0;
    let nodes = 0;
    catalog.Pages().traverse(node => {
      // A tree may lead to the same pages again and again.
      if ((nodes += 1) > mostPages) throw new Found('too_complex');
      if (nameOf(node, 'Type') === 'Page') pages += 1;
    });
    return pages > 0 ? 'none' : 'no_pages';
  } catch (error) {
    if (error instanceof Found) return error.finding;
    // Any error of the parser means that the file is damaged.
    return why(bytes);
  }
}

parentPort?.once('message', (bytes: Uint8Array) => void findingIn(bytes).then(finding => parentPort?.postMessage(finding)));
parentPort?.postMessage('ready');
