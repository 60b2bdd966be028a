import type { Language } from '@ciep/kernel';
import type { Letter } from './letters.service.js';

/** A letter with its envelope. The same `messageId` comes with every attempt, so that a mailbox knows a repetition. */
export interface AddressedLetter extends Letter {
  readonly messageId: string;
  readonly mailId: string;
  readonly template: string;
  readonly language: Language;
  readonly to: { readonly name: string; readonly address: string };
}

/** Border to the mail system. */
export abstract class PostOffice {
  /** Hands a letter over. Throws `MailUndeliverable`: `refused_by_server` (final) or `server_unavailable`. */
  abstract send(letter: AddressedLetter): Promise<void>;
}
