import { roles, type Role } from '@ciep/contracts';
import { ConfigurationError, PlatformSettings, setting, settings } from '@ciep/platform';
import { z } from 'zod';

const count = (byDefault: number) => z.coerce.number().int().min(1).default(byDefault);

/** `notification=secret,billing=secret`: the services' own clients, by name. */
const namedSecrets = z
  .string()
  .default('')
  .transform((value, context) => {
    const pairs = value
      .split(',')
      .map(pair => pair.trim())
      .filter(pair => pair !== '')
      .map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const);
    if (pairs.some(([name, secret]) => !/^[a-z][a-z-]*$/.test(name) || secret.length < 16)) {
      context.addIssue({ code: 'custom', message: 'expected name=secret pairs separated by commas, each secret of 16 characters or more' });
    }
    return new Map(pairs);
  });

/** `platform_admin,finance_clerk`: names of roles. */
const namedRoles = z
  .string()
  .default('')
  .transform((value, context): Role[] => {
    const named = value.split(',').map(name => name.trim());
    const isRole = (name: string): name is Role => roles.some(role => role === name);
    const unknown = named.filter(name => name !== '' && !isRole(name));
    if (unknown.length > 0) context.addIssue({ code: 'custom', message: `there is no role ${unknown.join(', ')}` });
    return named.filter(isRole);
  });

/** Settings of identity. */
export class IdentityConfig extends settings({
  keyEncryptionKey: setting(
    'IDENTITY_KEY_ENCRYPTION_KEY',
    z.string().min(32).optional(),
    'encrypts the stored signing keys and secrets; production needs it',
  ),
  previousKeyEncryptionKey: setting(
    'IDENTITY_KEY_ENCRYPTION_KEY_PREVIOUS',
    z.string().min(32).optional(),
    'the key used until now, while it is being replaced',
  ),
  serviceClients: setting('IDENTITY_SERVICE_CLIENTS', namedSecrets, "name=secret pairs of the platform's own services"),
  linkHours: setting('IDENTITY_LINK_HOURS', count(48), 'hours until a one-time link expires'),
  recoveryMinutes: setting('IDENTITY_RECOVERY_MINUTES', count(60), 'minutes until the link for a forgotten password expires'),
  linksPerHour: setting('IDENTITY_LINKS_PER_HOUR', count(5), 'times per hour that the mail of a registration is sent again'),
  registrationsPerHour: setting(
    'IDENTITY_REGISTRATIONS_PER_HOUR',
    count(600),
    'registrations, and requests for links, per network address and hour',
  ),
  invitationHours: setting('IDENTITY_INVITATION_HOURS', count(168), 'hours until an invitation to an organisation expires'),
  invitationsPerHour: setting('IDENTITY_INVITATIONS_PER_HOUR', count(200), 'invitations that an organisation has mailed per hour'),
  tries: setting('IDENTITY_TRIES', count(5), 'wrong passwords of an account, and wrong secrets of a client, before it has to wait'),
  addressTries: setting('IDENTITY_ADDRESS_TRIES', count(50), 'wrong passwords from a network address before it has to wait'),
  secondFactorRoles: setting(
    'IDENTITY_SECOND_FACTOR_ROLES',
    namedRoles,
    'roles, separated by commas, that a login without a second factor cannot use',
  ),
  signingKeyDays: setting('IDENTITY_SIGNING_KEY_DAYS', count(90), 'days after which a new signing key takes over'),
}) {
  constructor(environment: NodeJS.ProcessEnv) {
    super(environment);
    if (this.keyEncryptionKey === undefined && new PlatformSettings(environment).isProduction)
      throw new ConfigurationError(['IDENTITY_KEY_ENCRYPTION_KEY (encrypts the stored signing keys and secrets): is missing']);
  }
}
