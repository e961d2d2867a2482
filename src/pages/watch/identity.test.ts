import { describe, expect, it } from 'vitest'
import type { TextStorage } from '../shared/browser-storage.ts'
import { Identity } from './identity.ts'

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const tokenOf = (claims: Record<string, unknown>) => `${base64({ alg: 'HS256' })}.${base64(claims)}.sig`
const now = 1_000_000_000

function memory(): TextStorage {
  const texts = new Map<string, string>()
  return {
    read: (key) => texts.get(key) ?? null,
    write: (key, value) => void (value === null ? texts.delete(key) : texts.set(key, value)),
  }
}

function begin({
  guests = memory(),
  platform = memory(),
  status = 201,
  handedIn = null as string | null,
} = {}) {
  const asked: { name: string; role?: string }[] = []
  const fetch = async (_: string, init: RequestInit) => {
    const body = JSON.parse(String(init.body)) as { name: string }
    asked.push(body)
    if (status !== 201) return new Response(null, { status })
    const token = tokenOf({ sub: `guest-${asked.length}`, name: body.name, exp: now / 1_000 + 3_600 })
    return new Response(JSON.stringify({ token, expiresAt: now + 3_600_000 }), { status })
  }
  const identity = new Identity({ guests, platform, role: 'viewer', fetch, now: () => now }, handedIn)
  return { identity, asked, guests, platform }
}

describe('a guest', () => {
  it('has no token without a name', async () => {
    const { identity, asked } = begin()
    expect(identity.state).toEqual({ kind: 'guest', name: null })
    expect(await identity.current()).toBe(null)
    expect(asked).toEqual([])
  })

  it('gets a token for a name, once for all who ask at the time, and keeps both', async () => {
    const { identity, asked, guests } = begin()
    expect(await identity.rename('Ann')).toBe(null)
    await Promise.all([identity.current(), identity.current()])
    expect(asked).toEqual([{ name: 'Ann' }])
    const again = begin({ guests })
    expect(again.identity.state).toMatchObject({ kind: 'signedIn', content: { author: { id: 'guest-1' } } })
    expect(await again.identity.current()).toBe(await identity.current())
    expect(again.asked).toEqual([])
  })

  it('gets a new token when the old one has expired', async () => {
    const guests = memory()
    guests.write('chorus.name', 'Ann')
    guests.write('chorus.token', tokenOf({ sub: 'old', name: 'Ann', exp: now / 1_000 + 5 }))
    const { identity, asked } = begin({ guests })
    expect(identity.state).toEqual({ kind: 'guest', name: 'Ann' })
    expect(await identity.current()).not.toBe(null)
    expect(asked).toEqual([{ name: 'Ann' }])
  })

  it('is sent to the platform by a server that takes no guests', async () => {
    const { identity } = begin({ status: 404 })
    expect(await identity.rename('Ann')).toMatchObject({ code: 'not_found' })
    expect(identity.state).toEqual({ kind: 'signInNeeded', expired: false })
    expect(await identity.current()).toBe(null)
  })

  it('stays a guest when the server cannot be reached', async () => {
    const { identity } = begin({ status: 503 })
    expect(await identity.rename('Ann')).toMatchObject({ retryable: true })
    expect(identity.state.kind).toBe('guest')
  })
})

describe('a token from the platform', () => {
  const handedIn = tokenOf({ sub: 'ann', name: 'Ann', role: 'moderator', exp: now / 1_000 + 60 })

  it('PG-6: says who is there, and is remembered for the tab alone', async () => {
    const { identity, platform, guests } = begin({ handedIn })
    expect(identity.state).toMatchObject({ kind: 'signedIn', by: 'platform', content: { role: 'moderator' } })
    expect(await identity.current()).toBe(handedIn)
    expect(guests.read('chorus.token')).toBe(null)
    expect(begin({ platform }).identity.authorId).toBe('ann')
  })

  it('CK-2: is for the server to refuse, not for a device whose clock is an hour ahead', async () => {
    const expired = tokenOf({ sub: 'ann', name: 'Ann', exp: now / 1_000 - 3_600 })
    const { identity } = begin({ handedIn: expired })
    expect(await identity.current()).toBe(expired)
  })

  it('asks to sign in again when it has expired', async () => {
    const { identity } = begin({ handedIn })
    expect(await identity.renew()).toBe(null)
    expect(identity.state).toEqual({ kind: 'signInNeeded', expired: true })
  })

  it('is refused when it is no token', () => {
    expect(begin({ handedIn: 'rubbish' }).identity.state).toEqual({ kind: 'signInNeeded', expired: false })
  })

  const other = tokenOf({ sub: 'mallory', name: 'Mallory', exp: now / 1_000 + 60 })

  /** A page that Ann has open, loaded again with this token in its address. */
  function reload(token: string, here: { by: 'platform' | 'name' }) {
    const [platform, guests] = [memory(), memory()]
    if (here.by === 'platform') platform.write('chorus.platform-token', handedIn)
    else guests.write('chorus.token', tokenOf({ sub: 'guest-1', name: 'Ann', exp: now / 1_000 + 60 }))
    return begin({ platform, guests, handedIn: token })
  }

  it.each(['platform', 'name'] as const)('replaces nobody who is here by %s unasked', async (by) => {
    const { identity, platform } = reload(other, { by })
    expect(identity.state).toMatchObject({ kind: 'signedIn', by, content: { author: { name: 'Ann' } } })
    expect(identity.offer).toMatchObject({ author: { id: 'mallory' } })
    expect(await identity.current()).not.toBe(other)
    identity.answerOffer(false)
    expect([identity.offer, await identity.current()]).not.toContain(other)
    expect(platform.read('chorus.platform-token')).not.toBe(other)
  })

  it('replaces who is here when the person says so', async () => {
    const { identity, platform } = reload(other, { by: 'platform' })
    let told = 0
    identity.subscribe(() => told++)
    identity.answerOffer(true)
    expect([identity.offer, identity.authorId, await identity.current(), told]).toEqual([
      null,
      'mallory',
      other,
      1,
    ])
    expect(begin({ platform }).identity.authorId).toBe('mallory')
  })

  it('renews the one of the same person unasked', async () => {
    const renewed = tokenOf({ sub: 'ann', name: 'Ann', exp: now / 1_000 + 600 })
    const { identity } = reload(renewed, { by: 'platform' })
    expect([identity.offer, await identity.current()]).toEqual([null, renewed])
  })

  it('is taken where the one before has expired', async () => {
    const platform = memory()
    platform.write('chorus.platform-token', tokenOf({ sub: 'ann', name: 'Ann', exp: now / 1_000 - 1 }))
    const { identity } = begin({ platform, handedIn: other })
    expect([identity.offer, identity.authorId]).toEqual([null, 'mallory'])
  })

  it('that is no token signs nobody out', () => {
    const { identity } = reload('rubbish', { by: 'platform' })
    expect([identity.offer, identity.authorId]).toEqual([null, 'ann'])
  })
})
