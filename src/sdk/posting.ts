import type { Api } from './api.ts'
import type { ListAction } from './comment-list.ts'
import { type DeliveryOptions, deliver } from './deliver.ts'
import type { Draft } from './draft.ts'
import type { Environment } from './environment.ts'

interface PostingNeeds {
  api: Pick<Api, 'post'>
  environment: Pick<Environment, 'clock' | 'random'>
  options: DeliveryOptions
  dispatch: (action: ListAction) => void
}

/** Sends drafts one after another, so that an author's comments are stored in the order in which they were written. */
export function createPosting(needs: PostingNeeds): { send(draft: Draft): void } {
  let last: Promise<void> = Promise.resolve()
  return {
    send(draft) {
      last = last.then(() => settle(draft, needs))
    },
  }
}

async function settle(draft: Draft, { dispatch, ...needs }: PostingNeeds): Promise<void> {
  const { key } = draft
  const delivered = await deliver(draft, {
    ...needs,
    onWait: (wait) => dispatch({ type: 'statusChanged', key, status: { kind: 'pending', wait } }),
  })
  if (delivered.ok) return dispatch({ type: 'accepted', key, comment: delivered.comment })
  const { failure } = delivered
  const retryAt =
    failure.retryAfterMs === null ? null : needs.environment.clock.elapsed() + failure.retryAfterMs
  dispatch({ type: 'statusChanged', key, status: { kind: 'failed', failure, retryAt } })
}
