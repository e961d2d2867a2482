import type { FastifyReply } from 'fastify'
import { ChorusError } from '../domain/errors.ts'
import type { Random } from '../domain/time.ts'
import { sendError } from '../http/problem.ts'
import { eventStreamHeaders } from '../http/security-headers.ts'
import { type DisconnectReason, encodeFarewell } from '../protocol/disconnect.ts'
import type { GatewayOptions } from './options.ts'

export type Retry = Pick<GatewayOptions, 'retryMsMin' | 'retryMsMax'>

const retryMs = ({ retryMsMin, retryMsMax }: Retry, random: Random): number =>
  retryMsMin + (retryMsMax - retryMsMin) * random()

/** The end of a stream whose viewer is to come back, each at its own time. */
export const lastWords = (reason: DisconnectReason, retry: Retry, random: Random): string =>
  encodeFarewell(reason, retryMs(retry, random))

/** What will pass is never told a viewer by a status: an EventSource gives up for good on any but 200. */
export const sendComeBack = (
  reply: FastifyReply,
  reason: DisconnectReason,
  retry: Retry,
  random: Random,
): FastifyReply =>
  reply
    .code(200)
    .headers(eventStreamHeaders)
    .send(lastWords(reason, retry, random))

/** The same for a request that is no stream. */
export const sendUnreachable = (reply: FastifyReply, retry: Retry, random: Random): FastifyReply =>
  sendError(reply, new ChorusError('node_unreachable', null, Math.round(retryMs(retry, random))))
