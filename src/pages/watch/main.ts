import { LiveComments } from '../../sdk/index.ts'
import { createTextStorage } from '../shared/browser-storage.ts'
import { readAddress } from './address.ts'
import { ChorusLog } from './comment-log.ts'
import { ChorusComposer } from './composer.ts'
import { Identity } from './identity.ts'
import { ChorusStage } from './stage/stage-element.ts'
import { followVisibleViewport } from './viewport.ts'
import { ChorusWatch } from './watch-element.ts'

const address = readAddress(location.href)
// A token must not stay where it is seen over a shoulder, copied, or kept in the history.
if (address.cleanUrl !== location.href) history.replaceState(history.state, '', address.cleanUrl)

const identity = new Identity(
  {
    guests: createTextStorage('localStorage'),
    platform: createTextStorage('sessionStorage'),
    role: address.role,
    fetch: (url, init) => fetch(url, init),
    now: Date.now,
  },
  address.token,
)

// Who has been here before is known at once, with the role that the token gives.
void identity.current()

const live = new LiveComments({ liveVideoId: address.liveVideoId, tokens: identity })

window.addEventListener('online', () => live.wake())
window.addEventListener('hashchange', () => {
  // A token is taken once, when the page is loaded: the page that opened this one could write one later.
  const { cleanUrl } = readAddress(location.href)
  if (cleanUrl !== location.href) history.replaceState(history.state, '', cleanUrl)
})

followVisibleViewport(document.documentElement)

customElements.define('chorus-stage', ChorusStage)
customElements.define('chorus-log', ChorusLog)
customElements.define('chorus-composer', ChorusComposer)
customElements.define('chorus-watch', ChorusWatch)
document.body.prepend(Object.assign(new ChorusWatch(), { live, identity, videoUrl: address.videoUrl }))
