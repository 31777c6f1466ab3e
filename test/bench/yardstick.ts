/**
 * What this machine can do at best with the same web framework: a route that says hello.
 */
import fastify from 'fastify'
import { answerUsage } from './child.ts'

const app = fastify()
app.get('/', () => 'hello')
const address = await app.listen({ host: '127.0.0.1', port: 0 })

answerUsage(address, () => app.close())
