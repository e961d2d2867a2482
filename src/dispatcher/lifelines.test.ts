import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { freePort } from '../../test/support/free-port.ts'
import { systemClock } from '../system.ts'
import { Lifelines } from './lifelines.ts'

/** A process that listens, as far as another one can see. */
async function listen(port: number) {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  const hangUp = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  const die = async () => {
    server.close()
    hangUp()
    await once(server, 'close')
  }
  return { sockets, hangUp, die }
}

/** @param url whose changes are told */
function setUp(url: string) {
  const told: string[] = []
  const onChange = () => void told.push(lifelines.isDead(url) ? 'dead' : 'reached')
  const lifelines = new Lifelines({ clock: systemClock, random: Math.random, onChange })
  return { told, lifelines }
}

test('DI-30: a node whose process dies is known to be dead, and alive again when one listens there', async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const first = await listen(port)
  const { told, lifelines } = setUp(url)
  lifelines.follow([url])
  await expect.poll(() => first.sockets.size).toBe(1)
  expect(lifelines.isDead(url)).toBe(false)
  await first.die()
  await expect.poll(() => lifelines.isDead(url)).toBe(true)
  const second = await listen(port)
  await expect.poll(() => lifelines.isDead(url)).toBe(false)
  expect(told).toEqual(['reached', 'dead'])
  lifelines.follow([])
  await expect.poll(() => second.sockets.size).toBe(0)
  await second.die()
})

test('DI-30: a connection that is closed is made anew, and nobody is dead for it', async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const node = await listen(port)
  const { told, lifelines } = setUp(url)
  lifelines.follow([url])
  for (let round = 0; round < 3; round++) {
    await expect.poll(() => node.sockets.size).toBe(1)
    const [before] = node.sockets
    node.hangUp()
    await expect.poll(() => [...node.sockets].some((socket) => socket !== before)).toBe(true)
  }
  expect([lifelines.isDead(url), told]).toEqual([false, ['reached']])
  lifelines.follow([])
  await node.die()
})

test('DI-30: a node that could never be reached is not taken for dead', async () => {
  const url = `http://127.0.0.1:${await freePort()}`
  const { told, lifelines } = setUp(url)
  lifelines.follow([url, url.replace('127.0.0.1', 'no-such-host.invalid')])
  expect(lifelines.isReached(url)).toBe(false)
  const node = await listen(Number(new URL(url).port))
  await expect.poll(() => lifelines.isReached(url)).toBe(true)
  expect([lifelines.isDead(url), told]).toEqual([false, ['reached']])
  lifelines.follow([])
  await node.die()
})
