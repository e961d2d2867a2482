// What somebody writes who has made `chorus.ts` of /openapi.json with openapi-typescript.
import createClient from 'openapi-fetch'
import type { components, paths } from './chorus.ts'

type Comment = components['schemas']['Comment']
/** The data of an event, for an EventSource or any other reader of streams. */
type Removed = components['schemas']['CommentRemoved']

declare const process: { argv: string[] }
const [, , baseUrl = '', liveVideoId = '', token = ''] = process.argv
const chorus = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } })

const post = (text: string, key: string) =>
  chorus.POST('/v1/live-videos/{liveVideoId}/comments', {
    params: { path: { liveVideoId }, header: { 'Idempotency-Key': key } },
    body: { text },
  })

const first = await post('Hello', 'one')
const again = await post('Hello', 'one')
const { error } = await post(' ', 'two')
const { data: page } = await chorus.GET('/v1/live-videos/{liveVideoId}/comments', {
  params: { path: { liveVideoId }, query: { limit: 10 } },
})

const comments: Comment[] = page?.comments ?? []
const without = (removed: Removed) => comments.filter(({ id }) => id !== removed.commentId)
const left = without({ seq: 2, at: 0, commentId: first.data?.id ?? '' })
const isRefused = error?.code === 'invalid_text'
console.log(JSON.stringify({ first: first.data, again: again.data, isRefused, comments, left }))
