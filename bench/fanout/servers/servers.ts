import { startChorus } from './chorus.ts'
import { startNchan } from './nchan.ts'
import { startEmpty201, startFloor, startPlain, startSocketIo } from './programs.ts'
import type { StartServer } from './server.ts'

export type ServerName = 'chorus' | 'chorus-gzip' | 'nchan' | 'socket.io' | 'plain' | 'floor' | 'empty-201'

interface Entry {
  title: string
  start: StartServer
}

/** Every server that is measured, in the order in which they are shown. */
export const servers: Record<ServerName, Entry> = {
  chorus: { title: 'Chorus', start: startChorus('sse') },
  'chorus-gzip': { title: 'Chorus, gzip', start: startChorus('gzip') },
  floor: { title: 'C loop of send()', start: startFloor },
  nchan: { title: 'Nchan', start: startNchan },
  plain: { title: 'plain node:http', start: startPlain },
  'socket.io': { title: 'Socket.IO', start: startSocketIo },
  'empty-201': { title: 'empty 201', start: startEmpty201 },
}

/** Whom a user may name on the command line. */
export const peerNames = ['chorus', 'nchan', 'socket.io', 'plain', 'floor'] as const
export type PeerName = (typeof peerNames)[number]
