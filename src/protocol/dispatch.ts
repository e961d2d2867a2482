import { z } from 'zod'

/** The JSON of `GET /v1/dispatch` and `GET /v1/dispatch/{liveVideoId}`. */

const LiveVideoLoad = z.object({ liveVideoId: z.string(), viewers: z.int() })

export const DispatchNode = z.object({
  url: z.string(),
  roles: z.array(z.string()),
  slots: z.int().describe('How many of the slots are its own'),
  load: z.object({
    viewers: z.int().describe('Open streams'),
    deliveriesPerSecond: z.number(),
    liveVideos: z.array(LiveVideoLoad).describe('The largest ones, most viewers first'),
    draining: z.boolean().describe('It is about to stop'),
  }),
})

export const Dispatch = z.object({
  generation: z.int().describe('One more with every change of the assignment; 0 before the first'),
  leader: z.string().nullable().describe('URL of the dispatcher that leads; null while nobody does'),
  registry: z.enum(['connected', 'unreachable']).describe('Unreachable: what is told is what was known last'),
  nodes: z.array(DispatchNode).describe('All that hold a lease, by URL'),
  assigned: z.array(z.string()).describe('URLs that `slots` and `spread` point into'),
  slots: z.array(z.int()).describe('For each slot, the index of its node in `assigned`'),
  spread: z
    .array(z.object({ liveVideoId: z.string(), nodes: z.array(z.string()), viewers: z.int() }))
    .describe('Live videos that are served by several nodes'),
})

export const Placement = z.object({
  liveVideoId: z.string(),
  slot: z.int(),
  nodes: z.array(z.string()).describe('URLs; several for a live video that is spread'),
  streamUrl: z
    .string()
    .nullable()
    .describe('Where a client that handles it opens its stream; null: at the gateway it asked'),
})

export type Dispatch = z.infer<typeof Dispatch>
export type DispatchNode = z.infer<typeof DispatchNode>
export type Placement = z.infer<typeof Placement>
