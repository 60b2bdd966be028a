import { defineService } from '@ciep/platform';
import { PublicAnswers } from './cache/public-answers.service.js';
import { Door } from './door/door.service.js';
import { RateLimits } from './door/rate-limits.service.js';
import { GatewayConfig } from './gateway.config.js';
import { ServicesBehind } from './health/services-behind.service.js';
import { EventReference } from './reference/event-reference.service.js';
import { MergedDocument } from './reference/merged-document.service.js';
import { Reference } from './reference/reference.service.js';
import { Scalar } from './reference/scalar.service.js';
import { Routing } from './routing/routing.service.js';

export { mergeDocuments, MergeConflict, type Part } from './reference/merge.rules.js';
export { Upstreams, type Upstream } from './routing/upstreams.service.js';

/** The only public entry. It has no database, and its forwarding routes are outside Nest's router. */
export const gateway = defineService({
  name: 'gateway',
  // Its folders depend on each other and have no Nest routes of their own, so they are one feature.
  features: [{ providers: [Door, EventReference, MergedDocument, PublicAnswers, RateLimits, Reference, Routing, Scalar, ServicesBehind] }],
  database: false,
  isPublicDoor: true,
  config: GatewayConfig,
  ready: find => find(ServicesBehind).check(),
  beforeRouter: (find, edge) => find(Door).handOn(edge),
  beforeListen: app => {
    const fastify = app.getHttpAdapter().getInstance();
    app.get(Door).attach(fastify);
    app.get(Reference).attach(fastify);
    app.get(EventReference).attach(fastify);
    return Promise.resolve();
  },
});
