import { browserEnvironment } from '../../sdk/environment.ts'
import { Cluster } from './cluster.ts'
import { ChorusCluster } from './cluster-element.ts'
import { ChorusSlotField } from './field/slot-field.ts'
import { HotVideos, largestIn } from './hot-videos.ts'
import { askPlacement, DispatchPoll } from './poll.ts'
import { Selection } from './selection.ts'

const { fetch, clock, random } = browserEnvironment
const ask = (liveVideoId: string) => askPlacement(fetch, liveVideoId)

const cluster = new Cluster()
const selection = new Selection(ask)
const hotVideos = new HotVideos(async (liveVideoId) => {
  const placement = await ask(liveVideoId)
  return typeof placement === 'string' ? null : placement.slot
})
cluster.subscribe(() => {
  const { dispatch } = cluster.state
  if (dispatch) void hotVideos.learn(largestIn(dispatch))
})

const poll = new DispatchPoll({
  fetch,
  clock,
  random,
  onAnswer: (dispatch) => cluster.see(dispatch),
  onSilence: () => cluster.miss(),
})

const lookOrRest = () => (document.visibilityState === 'hidden' ? poll.rest() : poll.wake())
document.addEventListener('visibilitychange', lookOrRest)
window.addEventListener('online', lookOrRest)
lookOrRest()

const asked = new URLSearchParams(location.search).get('v')
if (asked) void selection.find(asked)

customElements.define('chorus-slot-field', ChorusSlotField)
customElements.define('chorus-cluster', ChorusCluster)
document.body.prepend(Object.assign(new ChorusCluster(), { cluster, selection, hotVideos }))
