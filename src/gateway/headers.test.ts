import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clientReader } from '../http/client.ts'
import { forwardedHeaders } from './headers.ts'

const outside = fc.oneof(
  fc.ipV4().filter((address) => !address.startsWith('10.')),
  fc.ipV6().filter((address) => !address.includes('.')),
)

test('FS-1: a node that trusts its gateway counts a request to the same client as the gateway does, whatever that client says', () => {
  const atGateway = clientReader(null)
  const atNode = clientReader(['10.0.0.0/8'])
  const lie = fc.option(fc.oneof(outside, fc.string()), { nil: undefined })
  fc.assert(
    fc.property(outside, lie, (remoteAddress, told) => {
      const headers = told === undefined ? {} : { 'x-forwarded-for': told }
      const client = atGateway({ headers, socket: { remoteAddress } })
      const sentOn = forwardedHeaders({ headers }, client.address)
      const seen = atNode({ headers: sentOn, socket: { remoteAddress: '10.1.2.3' } })
      expect([seen.address, seen.key, seen.isCrowd]).toEqual([client.address, client.key, false])
    }),
  )
})

test('FS-1: a node that is not told to trust its gateway takes all of its clients for a crowd', () => {
  const sentOn = forwardedHeaders({ headers: {} }, '203.0.113.7')
  const seen = clientReader(null)({ headers: sentOn, socket: { remoteAddress: '10.1.2.3' } })
  expect(seen).toEqual({ address: '10.1.2.3', key: '10.1.2.3', isCrowd: true })
})
