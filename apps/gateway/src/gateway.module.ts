import { defineService } from '@ciep/platform';
import { Module } from '@nestjs/common';
import { GatewayConfig } from './gateway.config.js';
import { Readiness } from './health/readiness.service.js';
import { Reference } from './reference/reference.service.js';
import { Routing } from './routing/routing.service.js';

export { mergeDocuments, MergeConflict, type Part } from './reference/merge.rules.js';
export { Upstreams, type Upstream } from './routing/upstreams.service.js';

@Module({ providers: [Routing, Reference, Readiness] })
export class GatewayModule {}

/** The one public door. It has no database; its routes hand on, so they stand beside Nest's. */
export const gateway = defineService({
  name: 'gateway',
  module: GatewayModule,
  database: false,
  config: GatewayConfig,
  ready: find => find(Readiness).check(),
  beforeListen: app => {
    const fastify = app.getHttpAdapter().getInstance();
    app.get(Routing).attach(fastify);
    app.get(Reference).attach(fastify);
    return Promise.resolve();
  },
});
