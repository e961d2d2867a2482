import { expect, it } from 'vitest'
import { readAddress } from './address.ts'

it('plays the drawn stage in the lobby when nothing is asked for', () => {
  expect(readAddress('https://chorus.test/')).toEqual({
    liveVideoId: 'lobby',
    videoUrl: null,
    role: 'viewer',
    token: null,
    cleanUrl: 'https://chorus.test/',
  })
})

it('takes the token out of the address and leaves the rest of it', () => {
  const address = readAddress('https://chorus.test/?v=gig&role=host#token=a.b.c&t=10')
  expect(address).toMatchObject({ liveVideoId: 'gig', role: 'host', token: 'a.b.c' })
  expect(address.cleanUrl).toBe('https://chorus.test/?v=gig&role=host#t=10')
})

it('plays a video from the web and nothing else', () => {
  const videoOf = (src: string) => readAddress(`https://chorus.test/?src=${encodeURIComponent(src)}`).videoUrl
  expect(videoOf('https://cdn.test/a.mp4')).toBe('https://cdn.test/a.mp4')
  expect(videoOf('/local.mp4')).toBe('https://chorus.test/local.mp4')
  expect(videoOf('javascript:alert(1)')).toBe(null)
  expect(videoOf('data:video/mp4,')).toBe(null)
})

it('makes a viewer of an unknown role', () => {
  expect(readAddress('https://chorus.test/?role=king').role).toBe('viewer')
})
