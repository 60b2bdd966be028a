import { lookup } from 'node:dns/promises';
import { Injectable } from '@nestjs/common';

/** The interface to DNS, so that a test can be a name server that changes its answers. */
export abstract class HostResolver {
  /** All addresses of a name, IPv4 and IPv6; throws if it has none. */
  abstract resolve(host: string): Promise<readonly string[]>;
}

/** The machine's own resolver. */
@Injectable()
export class SystemResolver extends HostResolver {
  async resolve(host: string): Promise<readonly string[]> {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  }
}
