import { DomainError, preferredLanguage, type Language, type LocalizedText } from '@ciep/kernel';
import { Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Passwords } from '../accounts/passwords.service.js';
import { pageHeaders } from '../pages/layout.page.js';
import { confirmedPage, confirmPage, linkRefusedPage } from '../pages/registration.page.js';
import { Links } from './links.service.js';
import { RegistrationLimit } from './registration-limit.service.js';
import { LinkUnknown, PasswordMissing } from './registration.errors.js';
import { RegistrationQueries } from './registrations.queries.js';
import { VerifyRegistration } from './verify-registration.use-case.js';

interface LinkParts {
  readonly id: string;
  readonly code: string;
  readonly asksPassword: boolean;
}

const statuses: Readonly<Record<string, number>> = { gone: 410, conflict: 409 };

/** The page behind the mailed link. Opening it changes nothing: mail scanners open links. */
@Injectable()
export class RegistrationPages {
  constructor(
    private readonly links: Links,
    private readonly queries: RegistrationQueries,
    private readonly verifyRegistration: VerifyRegistration,
    private readonly passwords: Passwords,
    private readonly limit: RegistrationLimit,
    private readonly database: Database,
  ) {}

  open(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return this.answering(request, reply, async parts => {
      await this.check(parts);
      return this.form(request, parts);
    });
  }

  confirm(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return this.answering(request, reply, async parts => {
      const { id, asksPassword } = parts;
      const link = await this.check(parts);
      if (!asksPassword) {
        await this.database.transaction(tx => this.verifyRegistration.execute({ id, link }, tx));
        return confirmedPage;
      }
      const { password = '' } = (request.body ?? {}) as { password?: string };
      if (password.length < 10 || password.length > 128) {
        void reply.code(422);
        return this.form(request, parts, new PasswordMissing().text);
      }
      // Hashing is slow: not while a transaction holds locks.
      const passwordHash = await this.passwords.hash(password);
      await this.database.transaction(tx => this.verifyRegistration.execute({ id, link, passwordHash }, tx));
      return confirmedPage;
    });
  }

  /** The number of a link that would do something now. */
  private async check({ id, code }: LinkParts): Promise<number> {
    const link = await this.links.read(id, code);
    await this.database.transaction(tx => this.verifyRegistration.check({ id, link }, tx));
    return link;
  }

  private async form({ url: action }: FastifyRequest, { id, asksPassword }: LinkParts, refusal?: LocalizedText) {
    const organisation = await this.queries.organisationOf(id);
    if (!organisation) throw new LinkUnknown();
    return (language: Language) => confirmPage(language, { action, organisation, asksPassword, ...(refusal && { refusal }) });
  }

  private async answering(
    request: FastifyRequest,
    reply: FastifyReply,
    work: (parts: LinkParts) => Promise<(language: Language) => string>,
  ): Promise<FastifyReply> {
    await this.limit.count(request);
    const parts = request.params as Omit<LinkParts, 'asksPassword'>;
    const letter = isUuid(parts.id) ? await this.queries.letter(parts.id) : undefined;
    // The registration's own language; a stranger's browser decides for a link that is none.
    const language = letter?.language ?? preferredLanguage(request.headers['accept-language']);
    void reply.headers(pageHeaders);
    try {
      if (!letter) throw new LinkUnknown();
      return await reply.send((await work({ ...parts, asksPassword: letter.asksPassword }))(language));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return reply.code(statuses[error.kind] ?? 404).send(linkRefusedPage(language, error.text));
    }
  }
}

const isUuid = (text: string): boolean => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
