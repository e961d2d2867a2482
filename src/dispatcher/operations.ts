import type { Operation } from '../http/operation.ts'

/** What /openapi.json says of the routes of the Dispatcher. */

export const getDispatch: Operation = {
  id: 'getDispatch',
  tag: 'dispatch',
  access: 'open',
  summary: 'The nodes, their load, and the assignment of slots to them',
  answers: { 200: 'The assignment as this process knows it' },
  problems: ['node_unreachable'],
}

export const getPlacement: Operation = {
  id: 'getPlacement',
  tag: 'dispatch',
  access: 'open',
  summary: 'Where a live video is served',
  answers: { 200: 'Its slot and its nodes' },
  problems: ['invalid_live_video_id', 'node_unreachable'],
}
