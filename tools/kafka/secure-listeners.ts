import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Two additional TLS listeners: one requires a certificate, one a user and password (SCRAM-SHA-512). */
export interface SecureListeners {
  readonly certificatePort: number;
  readonly passwordPort: number;
  /** PEM: the broker's key and certificate, and the authority of its own and its clients' certificates. */
  readonly key: string;
  readonly certificate: string;
  readonly authority: string;
  /** Passwords by user; they apply if the folder is new. */
  readonly users: Readonly<Record<string, string>>;
}

/** Names, ports and protocols of the listeners, in the format of Kafka's configuration. */
export const secureDoors = (secure: SecureListeners | undefined) =>
  secure
    ? [
        { name: 'CERTIFICATE', protocol: 'SSL', port: secure.certificatePort, advertisedPort: secure.certificatePort },
        { name: 'PASSWORD', protocol: 'SASL_SSL', port: secure.passwordPort, advertisedPort: secure.passwordPort },
      ]
    : [];

/**
 * The remaining configuration of such listeners; the files that it names are written into `dir`. Their clients may do only what access
 * lists allow; the plain listener may do everything.
 */
export function secureSettings(dir: string, secure: SecureListeners | undefined): string {
  if (!secure) return '';
  writeFileSync(join(dir, 'broker.pem'), `${secure.key}\n${secure.certificate}`, { mode: 0o600 });
  writeFileSync(join(dir, 'authority.pem'), secure.authority);
  return `ssl.keystore.type=PEM
ssl.keystore.location=${join(dir, 'broker.pem')}
ssl.truststore.type=PEM
ssl.truststore.location=${join(dir, 'authority.pem')}
listener.name.certificate.ssl.client.auth=required
listener.name.password.sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.password.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
`;
}

/** The users' credentials for the storage tool. */
export const usersToAdd = (secure: SecureListeners | undefined): string[] =>
  Object.entries(secure?.users ?? {}).flatMap(([name, password]) => ['--add-scram', `SCRAM-SHA-512=[name=${name},password=${password}]`]);
