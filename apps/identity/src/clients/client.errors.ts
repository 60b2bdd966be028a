import { DomainError } from '@ciep/kernel';

/** This client proves itself by a key, or not at all. */
export class ClientWithoutSecret extends DomainError {
  constructor(clientId: string) {
    super('conflict', 'client.without_secret', { zh: '此客户端不使用密钥。', en: 'This client does not use a secret.' }, { clientId });
  }
}
