import { defineService } from '@ciep/platform';
import { Module } from '@nestjs/common';
import { Door } from './door/door.service.js';
import { RateLimits } from './door/rate-limits.service.js';
import { GatewayConfig } from './gateway.config.js';
import { ServicesBehind } from './health/services-behind.service.js';
import { Reference } from './reference/reference.service.js';
import { Routing } from './routing/routing.service.js';

export { mergeDocuments, MergeConflict, type Part } from './reference/merge.rules.js';
export { Upstreams, type Upstream } from './routing/upstreams.service.js';

@Module({ providers: [Door, RateLimits, Routing, Reference, ServicesBehind] })
export class GatewayModule {}

/** The one public door. It has no database; its routes hand on, so they stand beside Nest's. */
export const gateway = defineService({
  name: 'gateway',
  module: GatewayModule,
  database: false,
  isPublicDoor: true,
  config: GatewayConfig,
  ready: find => find(ServicesBehind).check(),
  beforeRouter: (find, edge) => find(Door).handOn(edge),
  beforeListen: app => {
    const fastify = app.getHttpAdapter().getInstance();
    app.get(Door).attach(fastify);
    app.get(Reference).attach(fastify);
    return Promise.resolve();
  },
});
