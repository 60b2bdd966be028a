import { generateSync } from 'otplib';
import { Caller, type Exchange } from './caller.js';
import { logIn, renewed } from './log-in.js';
import type { Story, Versioned } from './story.js';

/** A member of an organisation. */
export interface Colleague {
  readonly organisationId: string;
  readonly accountId: string;
  readonly mail: string;
}

const password = 'a long password of a colleague';

/** The people of an exhibitor: an invitation, a second factor, a role for some time. */
export class People {
  constructor(
    private readonly story: Story,
    private readonly observe: (exchange: Exchange) => void,
  ) {}

  /** The administrator invites a colleague, who accepts by the mailed link. */
  async invite(exhibitor: Caller): Promise<Colleague> {
    const { body: me } = await exhibitor.get<{ organisation: { id: string } }>('/v1/identity/me');
    const organisationId = me.organisation.id;
    const mail = `colleague-${Date.now().toString(36)}@example.org`;
    const invited = { mail, name: 'Sample Colleague', language: 'en', roles: ['organisation_member'] };
    const { body: invitation } = await exhibitor.post<Versioned>(`/v1/identity/organisations/${organisationId}/invitations`, invited);
    const { text } = await this.story.mailTo(mail, () => true);
    const code = /https?:\S+\/(\S+)/.exec(text)?.[1];
    const entered = { code, name: 'Sample Colleague', phone: '+86 24 5550 0101', password };
    const { body } = await this.story.anyone.post<{ accountId: string }>(`/v1/identity/invitations/${invitation.id}/accept`, entered);
    await exhibitor.get(`/v1/identity/organisations/${organisationId}/members`);
    return { organisationId, accountId: body.accountId, mail };
  }

  /** The colleague adds an authenticator app; returns the recovery codes, each of which is good for one login. */
  async addSecondFactor({ mail }: Colleague): Promise<string[]> {
    const caller = this.loggedIn(mail);
    const { body: app } = await caller.post<{ secret: string }>('/v1/identity/me/second-factor', { currentPassword: password });
    const confirmation = { code: generateSync({ secret: app.secret }) };
    const { body } = await caller.post<{ recoveryCodes: string[] }>('/v1/identity/me/second-factor/confirm', confirmation);
    return body.recoveryCodes;
  }

  /** The platform lends the colleague a role; the colleague logs in with a recovery code and sees why it counts; the role is taken back. */
  async lendRole({ mail, ...member }: Colleague, recoveryCode: string | undefined): Promise<void> {
    const admin = this.story.employee('admin');
    const until = new Date(Date.now() + 24 * 3_600_000).toISOString();
    const lent = { ...member, role: 'auditor', until, reason: 'Looks into the accounts for a day' };
    const { body: grant } = await admin.post<Versioned>('/v1/identity/role-grants', lent);
    await this.loggedIn(mail, recoveryCode).get('/v1/identity/access/explain?permission=audit:read');
    await admin.post(`/v1/identity/role-grants/${grant.id}/revoke`, { reason: 'Has seen enough' }, { ifMatch: grant.version });
  }

  private loggedIn(mail: string, code?: string): Caller {
    const { url } = this.story;
    return new Caller(
      url,
      'colleague',
      this.observe,
      renewed(() => logIn(url, mail, password, code)),
    );
  }
}
