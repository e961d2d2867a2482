import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isLiveVideoId, parseLiveVideoId } from './live-video.ts'

test('HT-5: a LiveVideoId stands in a path as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      if (!isLiveVideoId(text)) return
      expect(encodeURIComponent(text)).toBe(text)
      expect(new URL(`http://x.example/${text}/y`).pathname).toBe(`/${text}/y`)
    }),
  )
})

test.each(['', '.', '..', 'a b', 'a/b', 'a%2fb', 'ü', 'a\n', 'a'.repeat(129)])(
  'HT-5: %j is no LiveVideoId',
  (text) => {
    expect(() => parseLiveVideoId(text)).toThrow(expect.objectContaining({ code: 'invalid_live_video_id' }))
  },
)

test.each(['a', 'lobby', 'A-z_0.9~', 'x'.repeat(128), '...'])('HT-5: %j is one', (text) => {
  expect(parseLiveVideoId(text)).toBe(text)
})
