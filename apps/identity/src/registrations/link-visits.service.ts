import { DomainError, type Language } from '@ciep/kernel';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Applications, type Application } from '../clients/applications.service.js';
import { show } from '../pages/answers.page.js';
import { readerOf, rememberedClient, type Reader } from '../pages/reader.rules.js';
import type { LinkOwner } from './links.service.js';
import type { LinkParts } from './password-by-link.service.js';
import { LinkUnknown } from './registration.errors.js';
import { RegistrationLimit } from './registration-limit.service.js';

/** Whom a link was mailed to. */
interface Addressee {
  readonly mail: string;
  readonly language: Language;
}

/** One visit of a page behind a mailed link. */
export interface LinkVisit {
  readonly parts: LinkParts;
  readonly reader: Reader;
  /** The address of the link itself. */
  readonly link: string;
  /** The front end that the page may lead to. */
  readonly application: () => Promise<Application | undefined>;
}

/** The pages of one kind of link. */
export interface LinkPages {
  readonly owner: LinkOwner;
  /** Whom the link with this id was mailed to; undefined if there is none. */
  addressee(id: string): Promise<Addressee | undefined>;
  /** The page that says why the link does not work. */
  refused(visit: LinkVisit, error: DomainError): Promise<string> | string;
}

const statuses: Readonly<Record<string, number>> = { gone: 410, conflict: 409 };

/** Answers requests for the pages behind mailed links: counts them, and shows a page instead of a refusal. */
@Injectable()
export class LinkVisits {
  constructor(
    private readonly limit: RegistrationLimit,
    private readonly applications: Applications,
  ) {}

  async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    pages: LinkPages,
    work: (visit: LinkVisit & { readonly mail: string }) => Promise<FastifyReply>,
  ): Promise<FastifyReply> {
    await this.limit.count(request);
    const parts = request.params as LinkParts;
    const addressee = isUuid(parts.id) ? await pages.addressee(parts.id) : undefined;
    const visit = {
      parts,
      // The language of the mail, or the browser's for an invalid link.
      reader: readerOf(request, addressee?.language),
      link: `/oidc/${pages.owner}/${encodeURIComponent(parts.id)}/${encodeURIComponent(parts.code)}`,
      application: () => this.applications.nearest(rememberedClient(request.headers)),
    };
    try {
      if (!addressee) throw new LinkUnknown();
      return await work({ ...visit, mail: addressee.mail });
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind === 'too_many') throw error;
      return show(reply, statuses[error.kind] ?? 404, await pages.refused(visit, error));
    }
  }
}

const isUuid = (text: string): boolean => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
