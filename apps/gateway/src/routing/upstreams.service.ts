import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OpenAPIObject } from '@nestjs/swagger';

/** A service behind the gateway: in this process, with a `router`, or elsewhere, at some `urls`. */
export interface Upstream {
  /** As in `/v1/<name>/…`. */
  readonly name: string;
  /** Takes over a request and its answer, body unread. */
  readonly router?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Origins of its instances, `http://exhibition:4003`. */
  readonly urls?: readonly string[];
  /** The service's own OpenAPI document. */
  document(): Promise<OpenAPIObject>;
  /** Whether any instance is ready; assumed if missing. */
  ready?(): Promise<boolean>;
}

/** The services behind the gateway. A process with several services provides it; otherwise the settings do. */
export abstract class Upstreams {
  abstract all(): readonly Upstream[];
}
