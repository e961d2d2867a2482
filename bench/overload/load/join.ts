import { type ConnectionHandlers, openConnection } from '../../../tools/loadgen/wire/connection.ts'
import { type ResponseHead, ResponseReader } from '../../../tools/loadgen/wire/http-response.ts'
import type { Target } from '../../../tools/loadgen/wire/target.ts'
import { answerMsMax, endingOf } from './exchange.ts'
import { nextClientAddress } from './requests.ts'
import type { Ending } from './tally.ts'

/** A viewer who comes, reads where it is, and goes. Served when that has come: a block with an `id:`. */
export function join(target: Target, request: string, onEnding: (ending: Ending) => void): void {
  let text = ''
  let ending: Ending | null = null
  const end = (found: Ending) => {
    if (ending !== null) return
    ending = found
    socket.destroy()
    onEnding(found)
  }
  const reader = new ResponseReader({
    onHead: (head: ResponseHead) => {
      if (head.status !== 200) end(endingOf(head))
    },
    onBody: (bytes) => {
      text = (text + bytes.toString('latin1')).slice(-200_000)
      if (/^id:/m.test(text)) end({ kind: 'accepted' })
      else if (text.includes(': closed: ')) end(text.includes('retry: ') ? { kind: 'told' } : lost('closed'))
    },
    onEnd: () => end(lost('ended')),
  })
  const handlers: ConnectionHandlers = {
    onConnect: () => {},
    onBytes: (bytes) => {
      if (ending === null) reader.read(bytes)
    },
    onClose: (error) =>
      end(lost((error as NodeJS.ErrnoException | null)?.code ?? error?.message ?? 'closed')),
  }
  const socket = openConnection(target, handlers, nextClientAddress())
  socket.setTimeout(answerMsMax, () => socket.destroy(new Error('no answer')))
  socket.write(request)
}

const lost = (why: string): Ending => ({ kind: 'failed', why })
