const [begin, end] = ['<!-- results -->', '<!-- /results -->']

/** The page with these results in place of the ones that stand there. @throws Error when the page has no place for them */
export function publish(page: string, results: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from === -1 || to < from) throw new Error(`the page has no place for results: ${begin} … ${end}`)
  return `${page.slice(0, from + begin.length)}\n\n${results.trimEnd()}\n\n${page.slice(to)}`
}
