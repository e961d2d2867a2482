import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { StreamLimit } from './stream-limit.ts'

/** Opens a stream if there is room; returns how to close it. */
function open(limit: StreamLimit, client: string): (() => void) | null {
  if (!limit.hasRoom(client)) return null
  const stream = new EventEmitter()
  limit.add(client, { onClose: (run) => void stream.once('close', run) })
  return () => void stream.emit('close')
}

test('RT-11: a client may have so many streams; when one closes, another may open', () => {
  const limit = new StreamLimit(2)
  const close = open(limit, 'a')
  open(limit, 'a')
  expect(open(limit, 'a')).toBeNull()
  expect(open(limit, 'b')).not.toBeNull()
  close?.()
  expect(open(limit, 'a')).not.toBeNull()
  expect(open(limit, 'a')).toBeNull()
})

test('RT-11: without a limit there is always room', () => {
  const limit = new StreamLimit(null)
  for (let count = 0; count < 100; count++) expect(open(limit, 'a')).not.toBeNull()
})
