import { fileURLToPath } from 'node:url'
import { freePort } from '../../../test/support/free-port.ts'
import { ServerProcess } from './process.ts'
import { type FanOutServer, type StartOptions, type StartServer, wholeComment } from './server.ts'

/** A server of `programs/`, or the floor: told a port, it has one address for streams and one for posts. */
type Program = Partial<Pick<FanOutServer, 'wire' | 'streamPath' | 'body'>> & {
  command: (options: StartOptions) => string[]
}

const startProgram =
  ({ command, ...ways }: Program): StartServer =>
  async (options) => {
    const port = await freePort()
    const server = new ServerProcess([...command(options), String(port)], options.core)
    await server.listening(port).catch(async (error) => {
      await server[Symbol.asyncDispose]()
      throw error
    })
    return {
      port,
      pids: [server.pid],
      wire: 'sse',
      streamPath: (liveVideoId) => `/live-videos/${liveVideoId}`,
      postPath: (liveVideoId) => `/live-videos/${liveVideoId}`,
      postHeaders: [],
      body: wholeComment,
      ...ways,
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    }
  }

const node = (name: string) => () => [
  process.execPath,
  fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url)),
]

export const startFloor = startProgram({ command: ({ floor }) => [floor] })

export const startPlain = startProgram({ command: node('plain') })

export const startEmpty201 = startProgram({
  command: node('empty-201'),
  body: { before: '{"text":"', behind: '"}' },
})

export const startSocketIo = startProgram({
  command: node('socket-io'),
  wire: 'websocket',
  streamPath: (liveVideoId) => `/socket.io/?EIO=4&transport=websocket&liveVideoId=${liveVideoId}`,
})
