import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import type { Upstream } from '../src/gateway.module.js';

/** What a service was asked, as it saw it. */
export interface Question {
  readonly url: string;
  readonly headers: FastifyRequest['headers'];
}

/** A real service whose answers the test decides. */
export interface ReadingRoom {
  /** Everything it was asked, oldest first. */
  readonly asked: Question[];
  /** Answers from now on. */
  answerBy(answer: (reply: FastifyReply, question: Question, count: number) => unknown): void;
  upstream(way: 'router' | 'url'): Upstream;
  close(): Promise<void>;
}

/** Starts a service of this name; it answers with a count of the questions, for a minute's keeping. */
export async function startReadingRoom(name: string): Promise<ReadingRoom> {
  const app = fastify({ forceCloseConnections: true });
  const asked: Question[] = [];
  const document = () => Promise.resolve({ openapi: '3.1.0', info: { title: name, version: '1' }, paths: {} });
  let answer: Parameters<ReadingRoom['answerBy']>[0] = (reply, _, count) =>
    reply.headers({ 'cache-control': 'public, max-age=60', etag: `"${count}"` }).send({ count });
  app.all(`/v1/${name}/*`, (request, reply) => {
    const question = { url: request.url, headers: { ...request.headers } };
    asked.push(question);
    return answer(reply, question, asked.length);
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    asked,
    answerBy: given => (answer = given),
    upstream: way =>
      way === 'url' ? { name, urls: [url], document } : { name, router: (request, response) => app.routing(request, response), document },
    close: () => app.close(),
  };
}
