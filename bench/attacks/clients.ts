import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Target } from './target.ts'

/** Attackers and others have addresses of their own; all of 127.0.0.0/8 is loopback. */
const attackersAddress = '127.0.0.1'
export const othersAddress = '127.0.0.2'

/** Writes `bytes` on a new connection and reads nothing of what comes. */
export async function openSilent({ port }: Target, bytes: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, localAddress: attackersAddress })
  socket.on('error', () => {}).pause()
  await Promise.race([once(socket, 'connect'), once(socket, 'close')])
  socket.write(bytes)
  return socket
}

/** Asks again and again over one connection, in a pipeline of `depth`, and drops the answers. @returns how to stop */
export function flood({ port }: Target, nextRequest: () => string, depth = 1): () => void {
  const socket = connect({ host: '127.0.0.1', port, localAddress: attackersAddress })
  let stopped = false
  socket.on('error', () => {})
  socket.on('connect', () => socket.write(Array.from({ length: depth }, nextRequest).join('')))
  // A new request for about each answer: their heads are counted, wherever the network cuts them.
  let tail = ''
  socket.on('data', (chunk: Buffer) => {
    const text = tail + chunk.toString('latin1')
    const answers = text.split('HTTP/1.1 ').length - 1
    tail = text.slice(-8)
    if (answers > 0 && !stopped) socket.write(Array.from({ length: answers }, nextRequest).join(''))
  })
  return () => {
    stopped = true
    socket.destroy()
  }
}

/** The same by many connections; those that the server closes are opened anew, a second later at most. */
export function floodByMany(
  target: Target,
  connections: number,
  nextRequest: () => string,
  depth = 1,
): () => void {
  const stops = Array.from({ length: connections }, () => flood(target, nextRequest, depth))
  return () => {
    for (const stop of stops) stop()
  }
}

/** A request without a body, as it stands on the wire. */
export const get = (path: string, headers: string[] = []): string =>
  `${[`GET ${path} HTTP/1.1`, 'Host: a', ...headers].join('\r\n')}\r\n\r\n`

/** What has not been answered by then is not answered. */
const answerMsMax = 10_000

/** Sends it on a connection of its own and waits for the first bytes of the answer, or for the end. */
export async function ask(
  { port }: Target,
  bytes: string,
  localAddress = attackersAddress,
): Promise<{ socket: Socket; answer: string }> {
  const socket = connect({ host: '127.0.0.1', port, localAddress })
  socket.on('error', () => {})
  socket.setTimeout(answerMsMax, () => socket.destroy())
  socket.write(bytes)
  const answer = await new Promise<string>((resolve) => {
    socket.once('data', (chunk) => resolve(chunk.toString('latin1')))
    socket.once('close', () => resolve(''))
  })
  return { socket, answer }
}

/** A stream that was asked for: open, or told to come back. */
export interface AskedStream {
  isOpen: boolean
  socket: Socket
}

/** Asks for the stream of a live video; an open one begins with a position, and one that is sent away ends. */
export async function askStream(
  target: Target,
  liveVideoId: string,
  headers: string[] = [],
  localAddress = attackersAddress,
): Promise<AskedStream> {
  const request = get(`/v1/live-videos/${liveVideoId}/stream?history=50`, headers)
  const { socket, answer } = await ask(target, request, localAddress)
  let text = answer
  while (!/id:|: closed: /.test(text) && !socket.closed) text += await nextText(socket)
  return { isOpen: text.includes('id:'), socket }
}

const nextText = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    socket.once('data', (chunk) => resolve(chunk.toString('latin1')))
    socket.once('close', () => resolve(''))
  })
