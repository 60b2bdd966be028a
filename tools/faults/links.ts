import { FaultProxy } from './proxy.js';

/** The proxies on all links, by name: `billing>postgres`. */
export class Links {
  readonly byName = new Map<string, FaultProxy>();

  /** Throws if there is no link of that name. */
  get(name: string): FaultProxy {
    const found = this.byName.get(name);
    if (!found) throw new Error(`there is no link ${name}; there are ${[...this.byName.keys()].join(', ')}`);
    return found;
  }

  /** Creates a link to a port of this machine, once; returns the port to connect to instead. */
  async lay(name: string, target: number): Promise<number> {
    const link = this.byName.get(name) ?? (await FaultProxy.start(name, target));
    this.byName.set(name, link);
    return link.port;
  }

  /** A URL with the port of a link instead of its own. */
  async through(name: string, address: string): Promise<string> {
    const url = new URL(address);
    url.port = String(await this.lay(name, Number(url.port)));
    return url.pathname === '/' ? url.origin : url.href;
  }

  heal(): void {
    for (const link of this.byName.values()) link.heal();
  }

  async close(): Promise<void> {
    for (const link of this.byName.values()) await link.close();
  }
}
