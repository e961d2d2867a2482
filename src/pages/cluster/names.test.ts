import { expect, it } from 'vitest'
import { shortNames } from './names.ts'

const namesOf = (...urls: string[]) => [...shortNames(urls).values()]

it('leaves out the machine where all run on one', () => {
  expect(namesOf('http://127.0.0.1:9101', 'http://127.0.0.1:9102')).toEqual([':9101', ':9102'])
  expect(namesOf('http://127.0.0.1:8080')).toEqual(['127.0.0.1:8080'])
})

it('leaves out the domain, the port and the first words where all share them', () => {
  expect(
    namesOf(
      'http://chorus-realtime-3.chorus.svc:8080',
      'http://chorus-realtime-12.chorus.svc:8080',
      'http://chorus-gateway-5f7-x.chorus.svc:8080',
    ),
  ).toEqual(['realtime-3', 'realtime-12', 'gateway-5f7-x'])
  expect(namesOf('http://node-1:80', 'http://node-2:81')).toEqual(['node-1', 'node-2:81'])
  expect(namesOf('https://a.eu', 'https://a.us')).toEqual(['a.eu', 'a.us'])
})

it('keeps addresses whole, and what is no URL as it is', () => {
  expect(namesOf('http://10.0.0.4:9102', 'http://10.0.0.5:9102')).toEqual(['10.0.0.4', '10.0.0.5'])
  expect(namesOf('http://[::1]:1', 'http://10.0.0.5:2')).toEqual(['[::1]:1', '10.0.0.5:2'])
  expect(namesOf('what')).toEqual(['what'])
  expect(namesOf()).toEqual([])
})
