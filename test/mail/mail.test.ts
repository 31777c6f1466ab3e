import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import type { AddressInfo } from 'node:net'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { deliverMail, deliveryOf, sendMail, type Deliver } from '../../src/mail/mail.ts'
import { mails } from '../../src/mail/schema.ts'
import { openWorld, type World } from '../world.ts'

let world: World
let server: SMTPServer
let deliver: Deliver
let refusing = false
const received: ParsedMail[] = []

beforeAll(async () => {
  world = await openWorld()
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onMailFrom: (_address, _session, answer) => answer(refusing ? Object.assign(new Error('try later'), { responseCode: 451 }) : null),
    onData: (stream, _session, answer) => {
      void simpleParser(stream).then((mail) => {
        received.push(mail)
        answer()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  deliver = deliveryOf(readConfig({ SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: 'blue-lamp@force.example' }))
})
afterAll(async () => {
  await new Promise<void>((resolve) => server.close(resolve))
  await world.close()
})
beforeEach(() => {
  refusing = false
  received.length = 0
})

const letter = (key: string) => ({
  key,
  to: 'resident@example.org',
  subject: 'Your comment: “Grüße” & more',
  text: 'Hello.\n\nhttps://blue-lamp.example/comments/1\n\n<b>not bold</b>',
})
const store = (key: string) => world.db.transaction((tx) => sendMail(tx, letter(key)))
const row = async (key: string) => (await world.db.select().from(mails).where(eq(mails.key, key)))[0]

describe('a mail', () => {
  test('arrives through a real server, as text and as HTML that carries no script', async () => {
    await store('one')
    await deliverMail(world.db, deliver, false, (await row('one'))!.id)
    expect(received).toHaveLength(1)
    const [mail] = received
    expect(mail).toMatchObject({ subject: 'Your comment: “Grüße” & more' })
    expect(mail?.text).toContain('https://blue-lamp.example/comments/1')
    expect(mail?.html).toContain('<a href="https://blue-lamp.example/comments/1">')
    expect(mail?.html).toContain('&lt;b&gt;not bold')
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated')
    expect(mail?.from?.text).toBe('blue-lamp@force.example')
  })

  test('is sent once, however often it is asked for and however often the job runs', async () => {
    await store('twice')
    await store('twice')
    const { id } = (await row('twice'))!
    await deliverMail(world.db, deliver, false, id)
    await deliverMail(world.db, deliver, false, id)
    expect(received).toHaveLength(1)
  })

  test('keeps no words once it is sent, except for the demonstration to show', async () => {
    await store('gone')
    await deliverMail(world.db, deliver, false, (await row('gone'))!.id)
    expect(await row('gone')).toMatchObject({ text: null, html: null })
    await store('shown')
    await deliverMail(world.db, deliver, true, (await row('shown'))!.id)
    expect((await row('shown'))?.text).toContain('Hello.')
  })

  test('waits when the server does not take it, and goes out later', async () => {
    await store('later')
    refusing = true
    const { id } = (await row('later'))!
    await expect(deliverMail(world.db, deliver, false, id)).rejects.toThrow()
    expect(await row('later')).toMatchObject({ sentAt: null, attempts: 1 })
    refusing = false
    await deliverMail(world.db, deliver, false, id)
    expect((await row('later'))?.sentAt).not.toBeNull()
  })

  test('goes with the change that caused it, or not at all', async () => {
    await expect(
      world.db.transaction(async (tx) => {
        await sendMail(tx, letter('undone'))
        throw new Error('the change failed')
      }),
    ).rejects.toThrow('the change failed')
    expect(await row('undone')).toBeUndefined()
  })
})
