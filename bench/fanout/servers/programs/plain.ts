// An SSE server as one writes it in ten lines.
import { createServer, type ServerResponse } from 'node:http'

const viewers = new Set<ServerResponse>()

createServer(async (request, response) => {
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write(': hello\n\n')
    viewers.add(response)
    request.on('close', () => viewers.delete(response))
    return
  }
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  for (const viewer of viewers) viewer.write(`event: comment.created\ndata: ${body}\n\n`)
  response.writeHead(201, { 'content-length': 0 }).end()
}).listen(Number(process.argv[2]), '127.0.0.1')
