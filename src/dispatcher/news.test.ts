import { expect, test } from 'vitest'
import { type NodeEntry, noLoad } from '../registry/registry.ts'
import { type DispatcherNews, NodeChanges, noNews, tellSpread } from './news.ts'

function setUp() {
  const told: string[] = []
  const news: DispatcherNews = {
    ...noNews,
    joined: (node) => told.push(`${node} joined`),
    lost: (node, by) => told.push(`${node} lost by ${by}`),
    draining: (node) => told.push(`${node} drains`),
    left: (node) => told.push(`${node} left`),
    spread: (id, nodes) => told.push(`${id} on ${nodes}`),
  }
  return { told, news }
}

const node = (url: string, draining = false): NodeEntry => ({
  url,
  roles: ['realtime'],
  load: { ...noLoad, draining },
})

test('DI-11: nodes that come, drain, leave, die and lose their lease are told once each, for what they are', () => {
  const { told, news } = setUp()
  const changes = new NodeChanges(news)
  const dead = new Set<string>()
  const look = (...nodes: NodeEntry[]) => {
    for (let times = 0; times < 3; times++) changes.look(nodes, (url) => dead.has(url))
    return told.splice(0)
  }
  expect(look(node('a'), node('b'), node('c'))).toEqual([])
  expect(look(node('a'), node('b'), node('c'), node('d'))).toEqual(['d joined'])
  expect(look(node('a'), node('b', true), node('c'), node('d'))).toEqual(['b drains'])
  expect(look(node('a'), node('c'), node('d'))).toEqual(['b left'])
  dead.add('c')
  expect(look(node('a'), node('c'), node('d'))).toEqual(['c lost by process'])
  expect(look(node('a'), node('d'))).toEqual([])
  expect(look(node('a'))).toEqual(['d lost by lease'])
  dead.clear()
  expect(look(node('a'), node('c'))).toEqual(['c joined'])
  changes.forget()
  expect(look(node('e'))).toEqual([])
})

test('DI-11: a live video that is shared by more or fewer nodes is told', () => {
  const { told, news } = setUp()
  const assignment = (spread: Record<string, number[]>) => ({
    generation: 1,
    nodes: ['a', 'b', 'c'],
    slots: [],
    spread,
  })
  tellSpread(news, null, assignment({}))
  tellSpread(news, assignment({}), assignment({ x: [0, 1], y: [0, 1] }))
  tellSpread(news, assignment({ x: [0, 1], y: [0, 1] }), assignment({ x: [0, 1, 2], y: [1, 2] }))
  tellSpread(news, assignment({ x: [0, 1, 2] }), assignment({}))
  expect(told).toEqual(['x on 2', 'y on 2', 'x on 3', 'x on 1'])
})
