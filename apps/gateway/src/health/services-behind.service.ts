import type { Readiness } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Routing } from '../routing/routing.service.js';

/** The gateway is ready while any service is: one unavailable service must not take down the routes of the others. */
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
