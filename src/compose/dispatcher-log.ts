import type { Logger } from 'pino'
import type { DispatcherNews } from '../dispatcher/news.ts'

/** One line for each thing that happens to the cluster. */
export const dispatcherLog = (logger: Logger): DispatcherNews => ({
  leading(leads) {
    if (leads) logger.info({ about: 'leading' }, 'this dispatcher leads now')
    else
      logger.warn(
        { about: 'leading' },
        'this dispatcher no longer leads: another one does, or none until the registry answers',
      )
  },
  joined: (node) => logger.info({ node }, 'a realtime node joined: it gets its share of the slots'),
  unreached: (node) =>
    logger.error(
      { node },
      'a realtime node cannot be reached at its URL: it is given no live videos; correct its CHORUS_NODE_URL, or open the network to it',
    ),
  lost: (node, by) =>
    logger.warn(
      { node, by },
      'a realtime node is lost: its slots go to the others; check its process and machine',
    ),
  draining: (node) => logger.info({ node }, 'a realtime node drains: its slots go to the others'),
  left: (node) => logger.info({ node }, 'a realtime node left'),
  moved: (generation, slots, nodes) => logger.info({ generation, slots, nodes }, 'slots moved'),
  spread: (liveVideoId, nodes) =>
    logger.info(
      { liveVideoId, nodes },
      nodes > 1 ? 'a live video is shared by several nodes' : 'a live video is served by one node again',
    ),
})
