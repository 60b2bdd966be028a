import { newId, normalMail, type Language } from '@ciep/kernel';
import { currentContext, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { LinkTerms } from '../registrations/link-terms.service.js';

/** What a requested link is for. */
export type LinkPurpose = 'registration' | 'password_recovery';

/** Somebody asks for a link to be mailed to an address. */
export interface LinkRequest {
  readonly purpose: LinkPurpose;
  readonly mail: string;
  /** Language of the mail, if it was chosen. */
  readonly language?: Language | undefined;
  /** The network that asks. */
  readonly address: string;
}

/**
 * Requests for links to a mail address. A request is only counted and stored, without looking anything up, so it takes equally long for
 * an unknown address. A job answers it (docs/rules.md#link-requests).
 */
@Injectable()
export class LinkRequests {
  constructor(private readonly terms: LinkTerms) {}

  /** Throws `TooManyTries`. */
  async add({ purpose, mail, language, address }: LinkRequest, tx: Tx): Promise<void> {
    const mailKey = normalMail(mail);
    await this.terms.countRequest({ mailKey, address }, tx);
    await tx.query('INSERT INTO link_requests (id, purpose, mail_key, language, traceparent) VALUES ($1, $2, $3, $4, $5)', [
      newId(),
      purpose,
      mailKey,
      language ?? null,
      currentContext()?.traceparent ?? null,
    ]);
  }
}
