import { createPrivateKey, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { ConfigurationError, flag, setting, settings } from '../settings/settings.js';

/** How a connection to Kafka is protected, as kafkajs takes it; an empty object is a plain connection. */
export interface KafkaSecurity {
  /** TLS: an extra authority to trust, and the client's own certificate. */
  readonly ssl?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: { readonly mechanism: 'scram-sha-512'; readonly username: string; readonly password: string };
}

const isReadBy = (read: (pem: string) => unknown) => (pem: string) => {
  try {
    return read(pem) !== undefined;
  } catch {
    return false;
  }
};
const certificate = z.string().refine(
  isReadBy(pem => new X509Certificate(pem)),
  'is no certificate in PEM',
);
const privateKey = z.string().refine(isReadBy(createPrivateKey), 'is no private key in PEM, or one with a passphrase');

/** The settings of the connection to Kafka, without its address. Throws one ConfigurationError with every fault. */
export class KafkaSecuritySettings extends settings({
  tls: setting('CIEP_KAFKA_TLS', flag, 'connects to Kafka over TLS'),
  ca: setting('CIEP_KAFKA_CA', certificate.optional(), "authority of the brokers' certificates, PEM; unset trusts what Node trusts"),
  certificate: setting('CIEP_KAFKA_CERTIFICATE', certificate.optional(), 'certificate that the service shows the brokers, PEM'),
  key: setting('CIEP_KAFKA_KEY', privateKey.optional(), 'private key of that certificate, PEM'),
  user: setting('CIEP_KAFKA_USER', z.string().optional(), 'user at the brokers (SCRAM-SHA-512)'),
  password: setting('CIEP_KAFKA_PASSWORD', z.string().optional(), 'password of that user'),
}) {
  constructor(environment: NodeJS.ProcessEnv) {
    super(environment);
    const problems = this.contradictions();
    if (problems.length > 0) throw new ConfigurationError(problems);
  }

  get security(): KafkaSecurity {
    const { ca, certificate: cert, key, user: username, password } = this;
    return {
      ...(this.tls && { ssl: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } }),
      ...(username && password && { sasl: { mechanism: 'scram-sha-512', username, password } }),
    };
  }

  private contradictions(): string[] {
    const { tls, ca, certificate: shown, key, user, password } = this;
    const needTls = Object.entries({ CIEP_KAFKA_CA: ca, CIEP_KAFKA_CERTIFICATE: shown, CIEP_KAFKA_KEY: key, CIEP_KAFKA_USER: user })
      .filter(([, value]) => value !== undefined)
      .map(([name]) => `${name}: is for TLS only; set CIEP_KAFKA_TLS=true`);
    return [
      ...(tls ? [] : needTls),
      ...together('CIEP_KAFKA_CERTIFICATE', shown, 'CIEP_KAFKA_KEY', key),
      ...together('CIEP_KAFKA_USER', user, 'CIEP_KAFKA_PASSWORD', password),
      ...(shown && key && !new X509Certificate(shown).checkPrivateKey(createPrivateKey(key))
        ? ['CIEP_KAFKA_KEY: is not the key of CIEP_KAFKA_CERTIFICATE']
        : []),
    ];
  }
}

function together(one: string, ofOne: string | undefined, other: string, ofOther: string | undefined): string[] {
  if ((ofOne === undefined) === (ofOther === undefined)) return [];
  return [ofOne === undefined ? `${one}: is missing beside ${other}` : `${other}: is missing beside ${one}`];
}
