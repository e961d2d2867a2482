import { z } from 'zod'
import { Position } from '../protocol/api.ts'
import { isLogged, type StreamEventName, streamEvents } from '../protocol/stream-events.ts'

const reference = (schema: z.ZodType) => ({
  $ref: `#/components/schemas/${z.globalRegistry.get(schema)?.id}`,
})

/** The fields of an event, and what the text in `data` holds. */
const itemOf = ([name, schema]: [string, z.ZodType]) =>
  z.object({
    id: isLogged(name as StreamEventName) ? Position : Position.optional(),
    event: z.literal(name),
    data: z.string().meta({ contentMediaType: 'application/json', contentSchema: reference(schema) }),
  })

const exampleStream = `retry: 1872

id: 3f9c21ab07:6

id: 3f9c21ab07:7
event: comment.created
data: {"id":"01939b1e-8c00-7d5e-9c52-6f1f8a1f0c3a","seq":7,"liveVideoId":"lobby","author":{"id":"u-17","name":"Ann"},"text":"Hello from the third row","createdAt":1733400000000}

event: viewers
data: {"viewers":2}

`

/** The body of a stream. For tools that do not know `itemSchema` it is text. */
export const eventSchema = {
  schema: { type: 'string' as const },
  itemSchema: z.union(Object.entries(streamEvents).map(itemOf)),
  examples: { live: { summary: 'The beginning of a stream', value: exampleStream } },
}

/** The shapes that `itemSchema` refers to, by their names. */
export const eventSchemas: Record<string, z.ZodType> = Object.fromEntries(
  Object.values(streamEvents).map((schema) => [z.globalRegistry.get(schema)?.id, schema]),
)
