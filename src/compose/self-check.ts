import type { Logger } from 'pino'
import { nodeIdHeader } from '../dispatcher/assignment-route.ts'
import { assignmentPath } from './peers.ts'

const answerMsMax = 3_000

export interface SelfCheckDeps {
  /** This node's URL, as it published it. */
  self: string
  nodeId: string
  logger: Logger
  /** Told when another node answers there, to which viewers of this one would be sent. */
  failed: (error: Error) => void
}

/** Sends this node a request at its own URL, as others will. No answer is logged only: perhaps just this node cannot reach it. */
export async function checkOwnUrl({ self, nodeId, logger, failed }: SelfCheckDeps): Promise<void> {
  const answer = await askNodeId(self)
  if (answer.nodeId === nodeId) return
  if (answer.nodeId !== null) return failed(new Error(`CHORUS_NODE_URL=${self} leads to another node`))
  logger.error(
    { self, problem: answer.problem },
    'this node does not answer at its own URL: if the dispatcher cannot reach it either, it is given no live videos; correct CHORUS_NODE_URL, or open the network to it',
  )
}

async function askNodeId(url: string): Promise<{ nodeId: string | null; problem: string }> {
  try {
    const response = await fetch(`${url}${assignmentPath}`, {
      signal: AbortSignal.timeout(answerMsMax),
      redirect: 'error',
    })
    await response.body?.cancel()
    return { nodeId: response.headers.get(nodeIdHeader), problem: 'something that is no node answers there' }
  } catch (error) {
    const { cause, message } = error as Error
    return { nodeId: null, problem: cause instanceof Error ? cause.message : message }
  }
}
