// @fastify/http-proxy as in its documentation, in front of the given address. gateway.ts runs it as a separate process.
import proxy from '@fastify/http-proxy';
import { fastify } from 'fastify';

const server = fastify();
await server.register(proxy, { upstream: process.argv[2] ?? '' });
process.send?.(await server.listen({ port: 0, host: '127.0.0.1' }));
process.on('disconnect', () => process.exit());
