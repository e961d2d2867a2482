// Socket.IO with a room for each live video; comments come over HTTP, as they do everywhere else here.
import { createServer } from 'node:http'
import { Server } from 'socket.io'

const http = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  io.to(request.url?.split('/').at(-1) ?? '').emit('comment.created', JSON.parse(body))
  response.writeHead(201, { 'content-length': 0 }).end()
})
const io = new Server(http, { transports: ['websocket'] })
io.on('connection', (socket) => socket.join(String(socket.handshake.query.liveVideoId)))
http.listen(Number(process.argv[2]), '127.0.0.1')
