import { Injectable } from '@nestjs/common';
import { Routing } from '../routing/routing.service.js';

/** The gateway is ready when every service behind it is. */
@Injectable()
export class Readiness {
  constructor(private readonly routing: Routing) {}

  /** Throws an error that names the services that are not ready. */
  async check(): Promise<void> {
    const asked = await Promise.all(
      this.routing.all().map(async upstream => ({ name: upstream.name, ready: (await upstream.ready?.()) ?? true })),
    );
    const missing = asked.filter(({ ready }) => !ready).map(({ name }) => name);
    if (missing.length > 0) throw new Error(`not ready: ${missing.join(', ')}`);
  }
}
