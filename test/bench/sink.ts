/**
 * A mail server that takes everything, as a process of its own, so that what it does is not measured as the application's. Over HTTP it tells its port
 * (`/port`), how many mails it took (`/taken`), and when one for an address has come (`/arrival?to=`).
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { answerUsage } from './child.ts'

const awaited = new Map<string, () => void>()
/** Of those that nobody asked for yet. Addresses of followers are not asked for. */
const arrived = new Set<string>()
let taken = 0

const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  closeTimeout: 200,
  onData: (stream, session, answer) => {
    stream.resume()
    stream.on('end', () => {
      taken++
      const to = session.envelope.rcptTo[0]?.address ?? ''
      if (!to.startsWith('reader')) arrived.add(to)
      awaited.get(to)?.()
      answer()
    })
  },
})

const tell = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://sink')
  if (pathname === '/port') return response.end(String((smtp.server.address() as AddressInfo).port))
  if (pathname === '/taken') return response.end(String(taken))
  const to = searchParams.get('to') ?? ''
  if (arrived.has(to)) return response.end()
  awaited.set(to, () => response.end())
})

await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
await new Promise<void>((resolve) => tell.listen(0, '127.0.0.1', resolve))
answerUsage(`http://127.0.0.1:${(tell.address() as AddressInfo).port}`, async () => {
  tell.closeAllConnections()
  await new Promise((resolve) => smtp.close(() => resolve(null)))
})
