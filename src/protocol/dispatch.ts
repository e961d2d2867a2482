import { z } from 'zod'

/** The JSON of `GET /v1/dispatch` and `GET /v1/dispatch/{liveVideoId}`. */

const liveVideoId = z.string().min(1).max(128)
const url = z.string().meta({ format: 'uri' })
const count = z.int().min(0)

const LiveVideoLoad = z
  .object({ liveVideoId, viewers: count })
  .meta({ id: 'LiveVideoLoad', description: 'How many watch one live video at one node' })

export const DispatchNode = z
  .object({
    url,
    roles: z.array(z.string()),
    slots: count.describe('How many of the slots are its own'),
    reached: z
      .boolean()
      .optional()
      .describe('False: the dispatcher cannot reach it at its URL, and gives it nothing'),
    load: z.object({
      viewers: count.describe('Open streams'),
      deliveriesPerSecond: z.number().min(0),
      liveVideos: z.array(LiveVideoLoad).describe('The largest ones, most viewers first'),
      draining: z.boolean().describe('It is about to stop'),
    }),
  })
  .meta({ id: 'DispatchNode', description: 'A node that holds a lease' })

export const Dispatch = z
  .object({
    generation: count.describe('One more with every change of the assignment; 0 before the first'),
    leader: url.nullable().describe('URL of the dispatcher that leads; null while nobody does'),
    registry: z
      .enum(['connected', 'unreachable'])
      .describe('Unreachable: what is told is what was known last'),
    nodes: z.array(DispatchNode).describe('All that hold a lease, by URL'),
    assigned: z.array(url).describe('URLs that `slots` and `spread` point into'),
    slots: z.array(count).describe('For each slot, the index of its node in `assigned`'),
    spread: z
      .array(z.object({ liveVideoId, nodes: z.array(url), viewers: count }))
      .describe('Live videos that are served by several nodes'),
  })
  .meta({ id: 'Dispatch', description: 'The nodes, their load, and the assignment of slots to them' })

export const Placement = z
  .object({
    liveVideoId,
    slot: count.max(4_095),
    nodes: z.array(url).describe('Several for a live video that is spread'),
    streamUrl: url
      .nullable()
      .describe('Where a client that handles it opens its stream; null: at the gateway it asked'),
  })
  .meta({ id: 'Placement', description: 'Where a live video is served' })

export type Dispatch = z.infer<typeof Dispatch>
export type DispatchNode = z.infer<typeof DispatchNode>
export type Placement = z.infer<typeof Placement>
