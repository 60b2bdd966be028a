import type { Language } from '@ciep/kernel';
import type { Letter } from './letters.service.js';

/** A letter with its envelope. Every attempt has the same `messageId`, so that a mailbox recognises a repetition. */
export interface AddressedLetter extends Letter {
  readonly messageId: string;
  readonly mailId: string;
  readonly template: string;
  readonly language: Language;
  readonly to: { readonly name: string; readonly address: string };
}

/** The interface to the mail system. */
export abstract class PostOffice {
  /** Sends a letter. Throws `MailUndeliverable`: `refused_by_server` (final) or `server_unavailable`. */
  abstract send(letter: AddressedLetter): Promise<void>;
}
