import type { LocalizedText } from '@ciep/kernel';
import { Injectable } from '@nestjs/common';
import { ClientDirectory } from './client-directory.queries.js';
import type { ClientMetadata } from './client-metadata.rules.js';

/** A front end for people. */
export interface Application {
  readonly name: LocalizedText;
  /** A registered address of it. */
  readonly address: string;
  /** Whether the person came from there. */
  readonly isOfPerson: boolean;
}

/** The front ends that a page may lead to: those of registered clients, and only to their registered addresses. */
@Injectable()
export class Applications {
  constructor(private readonly directory: ClientDirectory) {}

  /** The front end of a client that people came from; without one, the platform's own, if there is any. */
  async nearest(clientId: string | undefined): Promise<Application | undefined> {
    const client = clientId === undefined ? undefined : await this.directory.find(clientId);
    return applicationOf(client, true) ?? applicationOf(await this.directory.firstParty(), false);
  }
}

/** People begin where a logout leaves them; the address after a login expects a code. */
function applicationOf(client: ClientMetadata | undefined, isOfPerson: boolean): Application | undefined {
  const address = client?.post_logout_redirect_uris[0] ?? client?.redirect_uris[0];
  return client && address !== undefined ? { name: client.names, address, isOfPerson } : undefined;
}
