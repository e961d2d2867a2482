import { z } from 'zod'
import { isLiveVideoId } from '../domain/live-video.ts'
import type { Assignment } from './assignment.ts'
import { slotCount } from './slots.ts'

/** An index of a node is written as two digits of base64url: the slots of a thousand nodes are 8 KB. */
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** Both digits at their highest; and as many nodes as there are slots. */
const nodesMax = digits.length ** 2

const encodeIndexes = (indexes: number[]): string =>
  indexes.map((index) => `${digits[index >> 6]}${digits[index & 63]}`).join('')

const valueOfDigit = new Map([...digits].map((digit, value) => [digit, value]))

const Indexes = z
  .string()
  .regex(/^([\w-]{2})+$/, 'not pairs of base64url digits')
  .transform((text) =>
    Array.from(
      { length: text.length / 2 },
      (_, at) =>
        (valueOfDigit.get(text[at * 2] ?? '') ?? 0) * 64 + (valueOfDigit.get(text[at * 2 + 1] ?? '') ?? 0),
    ),
  )

const unique = (values: unknown[]): boolean => new Set(values).size === values.length

/** Pairs instead of an object: a live video may be called `__proto__`. */
const Spread = z
  .array(
    z.tuple([
      z.string().refine(isLiveVideoId, 'not a LiveVideoId'),
      Indexes.refine(unique, 'a node stands twice').refine(({ length }) => length > 1, 'a single node'),
    ]),
  )
  .refine((pairs) => unique(pairs.map(([liveVideoId]) => liveVideoId)), 'a live video stands twice')

const Text = z.strictObject({
  generation: z.int().min(1),
  nodes: z
    .array(z.url({ protocol: /^https?$/ }))
    .min(1)
    .max(nodesMax)
    .refine(unique, 'a node stands twice'),
  slots: Indexes.refine(({ length }) => length === slotCount, `not ${slotCount} slots`),
  spread: Spread,
})

/**
 * The assignment as the text of a registry document: below 100 KB at a thousand nodes.
 * @throws RangeError with more than 4,096 nodes
 */
export function encodeAssignment({ generation, nodes, slots, spread }: Assignment): string {
  if (nodes.length > nodesMax) throw new RangeError(`an assignment holds at most ${nodesMax} nodes`)
  const pairs = Object.entries(spread).map(([liveVideoId, indexes]) => [liveVideoId, encodeIndexes(indexes)])
  return JSON.stringify({ generation, nodes, slots: encodeIndexes(slots), spread: pairs })
}

/** @throws Error in one line, saying what is wrong, when the text is anything but an assignment */
export function decodeAssignment(text: string): Assignment {
  const { data, error } = Text.safeParse(parseJson(text))
  if (error) refuse(error.issues[0]?.path.join('.') || 'the text', error.issues[0]?.message)
  const indexes = [data.slots, ...data.spread.map(([, shared]) => shared)]
  if (indexes.some((some) => some.some((index) => index >= data.nodes.length)))
    refuse('an index', 'points past the nodes')
  return { ...data, spread: Object.fromEntries(data.spread) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    refuse('the text', 'not JSON')
  }
}

function refuse(what: string, why = 'not understood'): never {
  throw new Error(`this is no assignment: ${what}: ${why}`)
}
