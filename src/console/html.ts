import type { FastifyReply } from 'fastify';

/** Sends a page, or a part of one. */
export function send(reply: FastifyReply, markup: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(markup);
}
