import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { limitDescriptors, readDescriptorLimit } from './descriptor-limit.ts'

function setUp(limit: number) {
  const clock = new ManualClock()
  const [served, told]: [number[], string[]] = [[], []]
  const server = createServer()
  server.removeAllListeners('connection')
  server.on('connection', (socket) =>
    served.push((socket as unknown as { _handle: { fd: number } })._handle.fd),
  )
  limitDescriptors(server, {
    clock,
    limit,
    began: (of) => told.push(`began ${of}`),
    over: (refused) => told.push(`over ${refused}`),
  })
  const connect = (fd: number) =>
    server.emit('connection', { _handle: { fd }, destroy() {} } as unknown as Socket)
  return { clock, served, told, connect }
}

test('HT-20: connections are refused while a quarter of the descriptors is free, or 128 of many', () => {
  const few = setUp(100)
  for (const fd of [10, 74, 75, 99]) few.connect(fd)
  expect(few.served).toEqual([10, 74])
  const many = setUp(10_000)
  for (const fd of [9_871, 9_872]) many.connect(fd)
  expect(many.served).toEqual([9_871])
})

test('HT-20: it is told once when it begins, and once with a count when none was refused for five seconds', () => {
  const { clock, told, connect } = setUp(100)
  for (let second = 0; second < 30; second++) {
    for (let times = 0; times < 10; times++) connect(90)
    clock.advance(1_000)
  }
  expect(told).toEqual(['began 100'])
  clock.advance(5_000)
  expect(told).toEqual(['began 100', 'over 300'])
  connect(90)
  clock.advance(5_000)
  expect(told.slice(2)).toEqual(['began 100', 'over 1'])
})

test('HT-20: the limit of a process is known on Linux', () => {
  expect(readDescriptorLimit()).toBeGreaterThan(process.platform === 'linux' ? 10 : 0)
})
