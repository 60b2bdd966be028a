import type { Readable } from 'node:stream';

/** A file as an answer: always an attachment, never sniffed, never shown inside a page of ours. */
export class FileAnswer {
  constructor(
    readonly name: string,
    readonly mediaType: string,
    readonly content: Buffer | Readable | string,
  ) {}
}
