import type { Readiness } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Routing } from '../routing/routing.service.js';

/** The gateway is ready as long as it leads anywhere: a service that is away must not take the others' routes with it. */
@Injectable()
export class ServicesBehind {
  constructor(private readonly routing: Routing) {}

  /** Names the services that are not ready. */
  async check(): Promise<Readiness> {
    const all = this.routing.all();
    const asked = await Promise.all(all.map(async upstream => ({ name: upstream.name, ready: (await upstream.ready?.()) ?? true })));
    const missing = asked.filter(({ ready }) => !ready).map(({ name }) => name);
    return { ready: missing.length === 0 || missing.length < all.length, missing };
  }
}
