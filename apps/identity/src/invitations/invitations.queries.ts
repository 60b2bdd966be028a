import type { MemberRole } from '@ciep/contracts';
import { NotFound, type Language, type LocalizedText } from '@ciep/kernel';
import { Database, Lists, select, where, type Page, type Reader, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { PersonalWords } from '../accounts/password.rules.js';
import { InvitationDto, type ListInvitationsQuery } from './invitations.dto.js';

/** The data of the mail with the link. */
export interface InvitationLetter {
  readonly mail: string;
  readonly language: Language;
  readonly links: number;
  readonly expiresAt: Date;
}

/** What the holder of a link sees. */
export interface ShownInvitation {
  readonly organisation: LocalizedText;
  /** The person who invites; null for a program of the organisation. */
  readonly inviter: string | null;
  /** What the organisation calls the invited person. */
  readonly name: string | null;
  /** What the person will be there. */
  readonly roles: readonly MemberRole[];
  /** Whether the invited address has an account. */
  readonly hasAccount: boolean;
}

/** An address whose holder may be a member, or invited. */
export interface KnownAddress {
  readonly mailKey: string;
  readonly memberId: string | null;
  readonly pendingId: string | null;
  readonly pendingUntil: Date | null;
}

/** An account of an invited address. */
export interface InvitedAccount {
  readonly id: string;
  readonly isActive: boolean;
}

const columns = select('i', InvitationDto);

@Injectable()
export class InvitationQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
  ) {}

  /** Throws `NotFound` for an organisation that is not the caller's own. */
  page(organisationId: string, own: string, query: ListInvitationsQuery): Promise<Page<InvitationDto>> {
    if (organisationId !== own) throw new NotFound('organisation', organisationId);
    return this.lists.page<InvitationDto, ListInvitationsQuery>(
      {
        select: columns,
        from: 'invitations i',
        where: where().equal('i.organisation_id', own).any('i.status', query.status).search(['i.name', 'i.mail'], query.q),
        sorts: { createdAt: 'i.created_at', updatedAt: 'i.updated_at' },
        defaultSort: '-createdAt',
        id: 'i.id',
        updatedAt: 'i.updated_at',
      },
      query,
    );
  }

  /** One invitation of an organisation. Throws `NotFound`, also for any other than the caller's own. */
  async get(id: string, organisationId: string, own: string, reader: Reader = this.database): Promise<InvitationDto> {
    const [row] = await reader.query<InvitationDto[]>(
      `SELECT ${columns} FROM invitations i WHERE i.id = $1 AND i.organisation_id = $2 AND i.organisation_id = $3`,
      [id, organisationId, own],
    );
    if (!row) throw new NotFound('invitation', id);
    return row;
  }

  /** What an organisation has to do with addresses, in their normal forms, already. */
  known(tx: Tx, organisationId: string, mailKeys: readonly string[]): Promise<KnownAddress[]> {
    return tx.query(
      `SELECT given.key AS "mailKey", m.id AS "memberId", i.id AS "pendingId", i.expires_at AS "pendingUntil"
         FROM (SELECT DISTINCT unnest($2::text[]) AS key) given
         LEFT JOIN accounts a ON a.mail_key = given.key
         LEFT JOIN memberships m ON m.account_id = a.id AND m.organisation_id = $1
         LEFT JOIN invitations i ON i.organisation_id = $1 AND i.mail_key = given.key AND i.status = 'pending'`,
      [organisationId, mailKeys],
    );
  }

  /** The account of an address, in its normal form. */
  async accountOf(tx: Tx, mailKey: string): Promise<InvitedAccount | undefined> {
    const [row] = await tx.query<InvitedAccount[]>(`SELECT id, status = 'active' AS "isActive" FROM accounts WHERE mail_key = $1`, [
      mailKey,
    ]);
    return row;
  }

  /** What everybody knows about the person who chooses a password by the link of an invitation. */
  async personalWords(id: string, name: string, reader: Reader): Promise<PersonalWords> {
    const [row] = await reader.query<{ mail: string; names: string[] }[]>(
      `SELECT i.mail, ARRAY[$2::text, o.name_zh, o.name_en] AS names FROM invitations i JOIN organisations o ON o.id = i.organisation_id WHERE i.id = $1`,
      [id, name],
    );
    return row ?? { mail: '', names: [] };
  }

  /** The data of the mail; undefined once nobody may accept the invitation, so that a mail that waits is not sent. */
  async letter(id: string): Promise<InvitationLetter | undefined> {
    const [row] = await this.database.query<InvitationLetter[]>(
      `SELECT ${select<InvitationLetter>('i', ['mail', 'language', 'links', 'expiresAt'])} FROM invitations i WHERE i.id = $1 AND i.status = 'pending'`,
      [id],
    );
    return row;
  }

  /** Whom the invitation was mailed to, whatever has become of it. */
  async addressee(id: string): Promise<Pick<InvitationLetter, 'mail' | 'language'> | undefined> {
    const [row] = await this.database.query<InvitationLetter[]>('SELECT mail, language FROM invitations WHERE id = $1', [id]);
    return row;
  }

  /** What the link of an invitation is about. */
  async shownBy(id: string): Promise<ShownInvitation | undefined> {
    const [row] = await this.database.query<ShownInvitation[]>(
      `SELECT jsonb_build_object('zh', o.name_zh, 'en', o.name_en) AS organisation, inviter.name AS inviter, i.name, i.roles,
              EXISTS (SELECT 1 FROM accounts a WHERE a.mail_key = i.mail_key) AS "hasAccount"
         FROM invitations i JOIN organisations o ON o.id = i.organisation_id LEFT JOIN accounts inviter ON inviter.id = i.invited_by
        WHERE i.id = $1`,
      [id],
    );
    return row;
  }
}
