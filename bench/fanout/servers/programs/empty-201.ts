// The HTTP server that Chorus's routes are put on, with one that answers 201 and nothing else.
import pino from 'pino'
import { createHttpServer } from '../../../../src/http/server.ts'

const app = await createHttpServer(pino({ level: 'warn' }), () => false)
app.post('/live-videos/:liveVideoId', (_, reply) => reply.code(201).send())
await app.listen({ port: Number(process.argv[2]), host: '127.0.0.1' })
