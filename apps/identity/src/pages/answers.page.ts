import type { FastifyReply } from 'fastify';
import { pageHeaders } from './layout.page.js';

/** Answers with a page. */
export const show = (reply: FastifyReply, status: number, body: string): FastifyReply => reply.code(status).headers(pageHeaders).send(body);

/** Sends the browser to another address, so that a reload does not send the form again. */
export const goTo = (reply: FastifyReply, address: string): FastifyReply =>
  reply.code(303).headers({ location: address, 'cache-control': 'no-store' }).send();
