import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { afterAll } from '@jest/globals';

/** Records every connection that this process tries to open, successful or not. */
export class ConnectionWatch {
  private readonly tried: string[] = [];
  private readonly note = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    socket.on('connectionAttempt', (address, port) => this.tried.push(`${address}:${port}`));
  };

  constructor() {
    subscribe('net.client.socket', this.note);
    afterAll(() => void unsubscribe('net.client.socket', this.note));
  }

  /** The targets of connections since the last call, except those to our own ports. */
  take(ownPorts: readonly number[]): string[] {
    return this.tried.splice(0).filter(target => !ownPorts.includes(Number(target.split(':').at(-1))));
  }
}
