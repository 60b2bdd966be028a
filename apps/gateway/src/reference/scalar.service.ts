import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { fastify } from 'fastify';
import { assetOf, type Asset } from './content.rules.js';

const compressed = promisify(gzip);

/** Scalar's browser script. It has 5 MB, so it is read and compressed for the first reader, and kept compressed. */
@Injectable()
export class Scalar {
  private kept: Promise<Asset> | undefined;

  script(): Promise<Asset> {
    return (this.kept ??= readScript());
  }
}

/** The package contains the script only inside its Fastify plugin, which serves it at this address. */
async function readScript(): Promise<Asset> {
  const { default: plugin } = await import('@scalar/fastify-api-reference');
  const server = fastify();
  await server.register(plugin, { routePrefix: '/', configuration: { url: '/openapi.json' } });
  const { rawPayload, statusCode } = await server.inject('/js/scalar.js');
  await server.close();
  if (statusCode !== 200) throw new Error(`Scalar's plugin does not serve its script: ${statusCode}`);
  return assetOf('scalar.js', 'text/javascript; charset=utf-8', await compressed(rawPayload, { level: 9 }), { 'content-encoding': 'gzip' });
}
