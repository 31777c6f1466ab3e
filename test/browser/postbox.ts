/**
 * The mail of a journey: a real mail server, the work behind the pages as it really runs, and a mail as its reader opens it on a phone.
 */
import { simpleParser, type ParsedMail } from 'mailparser'
import type { AddressInfo } from 'node:net'
import { isNull, and, lte, or } from 'drizzle-orm'
import type { Page } from 'playwright-core'
import { SMTPServer } from 'smtp-server'
import { expect, vi } from 'vitest'
import { now } from '../../src/clock.ts'
import { closeJobs, openJobs } from '../../src/jobs/jobs.ts'
import { mails } from '../../src/mail/schema.ts'
import { mailings } from '../../src/mailings/schema.ts'
import { takeWork } from '../../src/worker.ts'
import { expectSound, type TestBrowser } from './harness.ts'

/** Jobs are fetched once a second, one after the other, on a machine that may be busy with others. */
const SOON = { timeout: 45_000, interval: 200 }

export interface Postbox {
  /** For the settings of the site. */
  url: string
  to(address: string): ParsedMail[]
  /** Waits for the mail of which the subject holds this. */
  next(address: string, subject: string): Promise<ParsedMail>
  close(): Promise<void>
}

export async function openPostbox(): Promise<Postbox> {
  const arrived: { address: string; mail: ParsedMail }[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 200,
    onData: (stream, { envelope }, answer) => {
      void simpleParser(stream).then((mail) => {
        for (const { address } of envelope.rcptTo) arrived.push({ address, mail })
        answer()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const to = (address: string): ParsedMail[] => arrived.filter((one) => one.address === address).map(({ mail }) => mail)
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    to,
    next: (address, subject) =>
      vi.waitFor(() => {
        const found = to(address).find((mail) => mail.subject?.includes(subject))
        if (!found)
          throw new Error(
            `no mail “${subject}” to ${address}; there are: ${to(address)
              .map((mail) => mail.subject)
              .join(', ')}`,
          )
        return found
      }, SOON),
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  }
}

/** Runs the jobs of the site from now on, as a worker does. */
export async function startWork({ world, config }: TestBrowser): Promise<void> {
  await closeJobs()
  await openJobs(world.db, true, (error) => console.error(error))
  await takeWork(config, world.db)
}

/** Waits until every mailing is worked through and every mail that may leave has left: what has not come by then does not come. */
export const allSent = ({ world: { db } }: TestBrowser): Promise<void> =>
  vi.waitFor(async () => {
    const open = await db.$count(mailings, and(isNull(mailings.finishedAt), isNull(mailings.stoppedAt)))
    const waiting = await db.$count(
      mails,
      and(isNull(mails.sentAt), isNull(mails.failedAt), or(isNull(mails.notBefore), lte(mails.notBefore, now()))),
    )
    expect({ open, waiting }).toEqual({ open: 0, waiting: 0 })
  }, SOON)

/** The HTML of a mail on the smallest phone. That it asks for nothing from anywhere, the browser watches. */
export async function openMail(site: TestBrowser, mail: ParsedMail): Promise<Page> {
  const page = await site.open({ screen: 'phone' })
  await page.setContent(String(mail.html))
  await expectSound(page)
  return page
}

/** Whole addresses, each once, in their order. */
export const linksOf = async (page: Page): Promise<string[]> => [
  ...new Set(await page.locator('a[href]').evaluateAll((links) => links.map((link) => String(link.getAttribute('href'))))),
]
