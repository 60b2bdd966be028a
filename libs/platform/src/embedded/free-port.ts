import { createServer, type AddressInfo } from 'node:net';

/** A TCP port of 127.0.0.1 that nobody listens on: the wanted one, or undefined if it is taken; without a wish any. */
export function freePort(wanted = 0): Promise<number | undefined> {
  return new Promise(found => {
    const probe = createServer();
    probe.once('error', () => found(undefined));
    probe.listen(wanted, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => found(port));
    });
  });
}
