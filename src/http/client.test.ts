import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clientKey, clientReader, parseAddress } from './client.ts'

const group = fc.integer({ min: 0, max: 0xffff })
const groups = fc.array(group, { minLength: 8, maxLength: 8 })
const byte = fc.integer({ min: 0, max: 255 })
const ipv4 = fc.tuple(byte, byte, byte, byte).map((bytes) => bytes.join('.'))
const port = fc.integer({ min: 1, max: 65_535 })

/** Ways in which the same IPv6 address is written: with zeros, capitals, and `::` for any run of zeros. */
const written = (all: number[]) =>
  fc
    .tuple(fc.boolean(), fc.boolean(), fc.nat({ max: 7 }), fc.integer({ min: 1, max: 8 }))
    .map(([padded, capitals, from, count]) => {
      const texts = all.map((each) => each.toString(16).padStart(padded ? 4 : 1, '0'))
      const isRun = from + count <= 8 && all.slice(from, from + count).every((each) => each === 0)
      const text = isRun
        ? `${texts.slice(0, from).join(':')}::${texts.slice(from + count).join(':')}`
        : texts.join(':')
      return capitals ? text.toUpperCase() : text
    })

const keyOf = (text: string) => clientKey(parseAddress(text) ?? 'none')

describe('parseAddress and clientKey', () => {
  test('FS-1: however an IPv6 address is written, with a port, brackets or a zone, it is one client', () => {
    const few = fc.array(fc.oneof(fc.constant(0), fc.constant(0), group), { minLength: 8, maxLength: 8 })
    const spellings = few.chain((all) => fc.tuple(fc.constant(all), written(all), port))
    fc.assert(
      fc.property(spellings, ([all, text, number]) => {
        const plain = all.map((each) => each.toString(16)).join(':')
        for (const form of [text, ` ${text} `, `[${text}]`, `[${text}]:${number}`, `${text}%eth0`])
          expect(keyOf(form), form).toBe(keyOf(plain))
      }),
    )
  })

  test('FS-1: an IPv4 address is one client through an IPv6 socket, a NAT64 and with a port', () => {
    fc.assert(
      fc.property(ipv4, port, (address, number) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
        const hex = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
        const mapped = [`::ffff:${address}`, `::FFFF:${hex}`, `0:0:0:0:0:ffff:${hex}`, `64:ff9b::${address}`]
        for (const form of [`${address}:${number}`, ...mapped, `[::ffff:${address}]:${number}`])
          expect(parseAddress(form), form).toBe(address)
        expect(keyOf(address)).toBe(address)
      }),
    )
  })

  test('FS-1: all of a /64 is one client, and another /64 is another', () => {
    fc.assert(
      fc.property(groups, groups, (one, two) => {
        const hex = (all: number[]) => all.map((each) => each.toString(16)).join(':')
        const neighbour = hex([...one.slice(0, 4), ...two.slice(4)])
        // Of ranges that hold IPv4 addresses the second half says which.
        fc.pre(!neighbour.startsWith('0:0:0:0:') && !neighbour.startsWith('64:ff9b:'))
        expect(keyOf(neighbour)).toBe(keyOf(hex(one)))
        expect(keyOf(hex(two)) === keyOf(hex(one))).toBe(`${two.slice(0, 4)}` === `${one.slice(0, 4)}`)
      }),
    )
  })

  test('FS-1: what is no address is none, whatever it is', () => {
    for (const text of ['', 'unknown', '_hidden', '1.2.3', '1.2.3.4.5', '01.2.3.4', ':::', '[::1', '[::1]x'])
      expect(parseAddress(text), text).toBeNull()
    fc.assert(
      fc.property(fc.string(), (text) => {
        const address = parseAddress(text)
        expect(address === null || parseAddress(address) === address).toBe(true)
      }),
    )
    expect(parseAddress(`1.2.3.4${' '.repeat(1_000)}x`)).toBeNull()
  })
})

describe('clientReader', () => {
  const clientOf = (trust: string[] | null, remoteAddress: string | undefined, forwardedFor?: string) =>
    clientReader(trust)({
      socket: { remoteAddress },
      headers: { ...(forwardedFor !== undefined && { 'x-forwarded-for': forwardedFor }) },
    })

  test('FS-1: without a proxy that is trusted the socket says who it is', () => {
    expect(clientOf(null, '::ffff:203.0.113.7')).toEqual({
      address: '203.0.113.7',
      key: '203.0.113.7',
      isCrowd: false,
    })
    expect(clientOf(null, '2001:db8:0:5:6:7:8:9')).toMatchObject({ key: '2001:db8:0:5::/64', isCrowd: false })
    expect(clientOf(['10.0.0.0/8'], '203.0.113.7', '1.2.3.4')).toMatchObject({ address: '203.0.113.7' })
  })

  test('FS-1: behind trusted proxies it is the last address that is not theirs', () => {
    const trust = ['loopback', '10.0.0.0/8', '2001:db8::/32']
    for (const told of [
      '203.0.113.7',
      '203.0.113.7:5',
      '6.6.6.6, 203.0.113.7',
      '6.6.6.6,203.0.113.7,10.9.9.9',
    ])
      expect(clientOf(trust, '::ffff:10.1.2.3', told), told).toEqual({
        address: '203.0.113.7',
        key: '203.0.113.7',
        isCrowd: false,
      })
    expect(clientOf(trust, '::1', '6.6.6.6, [2001:db9::5]:80')).toMatchObject({ key: '2001:db9:0:0::/64' })
    expect(clientOf(trust, '2001:db8::1', '198.51.100.1')).toMatchObject({ address: '198.51.100.1' })
    expect(clientOf(['::ffff:10.0.0.0/104'], '10.7.7.7', '198.51.100.1').address).toBe('198.51.100.1')
    expect(clientOf(['10.0.0.5'], '10.0.0.5', '198.51.100.1').address).toBe('198.51.100.1')
    expect(clientOf(['10.0.0.5'], '10.0.0.6', '198.51.100.1').address).toBe('10.0.0.6')
  })

  test('FS-1: nothing that a client writes before the address its proxy adds changes who it is', () => {
    fc.assert(
      fc.property(fc.string(), ipv4, (lie, address) => {
        fc.pre(!address.startsWith('10.'))
        expect(clientOf(['10.0.0.0/8'], '10.1.2.3', `${lie}, ${address}`).address).toBe(address)
      }),
    )
  })

  test('FS-1: a proxy that names no client, or is not believed, stands for a crowd', () => {
    expect(clientOf(['10.0.0.0/8'], '10.1.2.3')).toMatchObject({ address: '10.1.2.3', isCrowd: true })
    expect(clientOf(['10.0.0.0/8'], '10.1.2.3', 'unknown')).toMatchObject({ isCrowd: true })
    expect(clientOf(null, '10.1.2.3', '203.0.113.7')).toMatchObject({ address: '10.1.2.3', isCrowd: true })
    const headers = { 'x-chorus-forwarded': '1' }
    expect(clientReader(null)({ socket: { remoteAddress: '10.1.2.3' }, headers }).isCrowd).toBe(true)
    expect(clientOf(null, undefined)).toMatchObject({ address: 'unknown', key: 'unknown' })
  })

  test('FS-1: a worker believes the gateway that started it, about what it sent on and nothing else', () => {
    const read = clientReader(null, ['127.0.0.1', '::1'])
    const told = { 'x-forwarded-for': '203.0.113.7' }
    const sentOn = { ...told, 'x-chorus-forwarded': '1' }
    const socket = { remoteAddress: '::ffff:127.0.0.1' }
    expect(read({ socket, headers: sentOn })).toMatchObject({ address: '203.0.113.7', isCrowd: false })
    expect(read({ socket, headers: told })).toMatchObject({ address: '127.0.0.1', isCrowd: true })
    const stranger = { remoteAddress: '198.51.100.1' }
    expect(read({ socket: stranger, headers: sentOn })).toMatchObject({ address: '198.51.100.1' })
  })
})
