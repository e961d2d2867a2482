import { z } from 'zod'
import { type Operation, readingProblems } from '../http/operation.ts'
import { LastEventId } from '../protocol/api.ts'

/** What /openapi.json says of the routes of the Realtime Messaging Service. */

const streamDescription = `
Recent history, then live, on one connection. A client that comes back with Last-Event-ID (a browser does so by itself) or
\`lastEventId=\` goes on where it was. A block that holds only an \`id\` says where the viewer is; a comment line every
15 seconds keeps the connection open. \`rate=\` shows a fair sample of so many comments a second, or \`all\`.

What will pass (a server that stops, too many streams) is answered with 200, a \`retry\` and the end of the stream: an
EventSource gives up for good on any other status.`.trim()

export const watchLiveVideo: Operation = {
  id: 'watchLiveVideo',
  tag: 'live videos',
  access: 'optional',
  summary: 'The events of a live video as server-sent events: recent history, then live',
  description: streamDescription,
  headers: z.object({ 'Last-Event-ID': LastEventId }),
  answers: { 200: 'The stream, which has no end of its own' },
  isStream: true,
  problems: ['invalid_live_video_id', 'invalid_position'],
}

export const getLiveVideo: Operation = {
  id: 'getLiveVideo',
  tag: 'live videos',
  access: 'open',
  summary: 'The state of a live video',
  description:
    'A live video that nobody has commented on or changed yet is open and empty: there is none that is unknown.',
  answers: { 200: 'Its settings, its pinned comment, and how many are watching' },
  problems: ['invalid_live_video_id', ...readingProblems],
}

export const createStreamTicket: Operation = {
  id: 'createStreamTicket',
  tag: 'live videos',
  access: 'token',
  summary: 'A one-minute ticket for an EventSource, which can send no header',
  answers: { 201: 'The ticket, to be passed as `ticket=` of `watchLiveVideo`' },
  problems: ['invalid_live_video_id', 'overloaded', 'node_unreachable'],
}
