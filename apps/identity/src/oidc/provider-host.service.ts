import type { IncomingMessage, ServerResponse } from 'node:http';
import { PlatformSettings, whenOver } from '@ciep/platform';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type Provider from 'oidc-provider';
import { ProviderFactory } from './provider-factory.service.js';
import { SigningKeys } from './signing-keys.service.js';

type MountedRequest = IncomingMessage & { originalUrl?: string };

const mount = '/oidc';
const lookEvery = 10_000;

/** Holds the current provider. The provider reads its keys once, so new keys need a new provider; the swap takes a millisecond. */
@Injectable()
export class ProviderHost implements OnModuleInit, OnModuleDestroy {
  private readonly log = new Logger('oidc');
  private live:
    { provider: Provider; handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>; version: string } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly factory: ProviderFactory,
    private readonly keys: SigningKeys,
    private readonly platform: PlatformSettings,
  ) {}

  async onModuleInit(): Promise<void> {
    if (new URL(this.platform.issuer).pathname !== mount)
      throw new Error(`CIEP_ISSUER must end in ${mount} and have no other path: ${this.platform.issuer}`);
    await this.reload();
    this.timer = setInterval(() => {
      this.looking = this.look().catch((error: unknown) => this.log.warn(`the signing keys could not be checked: ${String(error)}`));
    }, lookEvery).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  get provider(): Provider {
    if (!this.live) throw new Error('the OIDC provider is not built yet');
    return this.live.provider;
  }

  /** Serves a request below the mount. Endpoint addresses follow the issuer, whatever the request's headers contain. */
  serve(request: MountedRequest, response: ServerResponse): void {
    const { protocol, host } = new URL(this.platform.issuer);
    request.headers['x-forwarded-proto'] = protocol.slice(0, -1);
    request.headers['x-forwarded-host'] = request.headers.host = host;
    const full = request.url ?? '/';
    request.originalUrl = full;
    request.url = full.slice(mount.length) || '/';
    const restore = (): void => {
      request.url = full;
    };
    response.prependOnceListener('finish', restore);
    whenOver(response, restore);
    if (!this.live) throw new Error('the OIDC provider is not built yet');
    void this.live.handle(request, response);
  }

  /** Performs the key rotation step that is due, and loads keys that other instances changed. */
  async look(): Promise<void> {
    await this.keys.tend();
    if ((await this.keys.version()) !== this.live?.version) await this.reload();
  }

  /** Builds a provider for the current keys and makes it the current one. */
  async reload(): Promise<void> {
    const ring = await this.keys.load();
    const provider = await this.factory.build(ring);
    this.live = { provider, handle: provider.callback(), version: ring.version };
  }
}
