// @fastify/http-proxy as its documentation has it, before the address it is given. Run by gateway.ts as a process of its own.
import proxy from '@fastify/http-proxy';
import { fastify } from 'fastify';

const server = fastify();
await server.register(proxy, { upstream: process.argv[2] ?? '' });
process.send?.(await server.listen({ port: 0, host: '127.0.0.1' }));
process.on('disconnect', () => process.exit());
