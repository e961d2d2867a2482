/** The head of a response that is written without Node's HTTP server. @param status such as `200 OK` */
export const rawHead = (status: string, headers: Readonly<Record<string, unknown>>): string => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`
}
