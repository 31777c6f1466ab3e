/**
 * What the forms of the modes hold, and what it comes to.
 */
import { z } from 'zod'
import { Refused } from '../errors.ts'
import { endOfDay, readDate, readTime, ukMoment } from '../text/moment.ts'
import { hasWords } from '../text/input.ts'
import { clientKey, parseForm, words } from '../web/forms.ts'
import { SWITCHES } from './schema.ts'
import type { NewSwitch } from './switch.ts'

/** Boxes of one name: none, one, or several. */
const boxes = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((sent) => (sent === undefined ? [] : [sent].flat()))

const short = z.string().max(100, 'This is too long').default('')

const link = z
  .string()
  .max(500, 'The link must be 500 characters or fewer')
  .default('')
  .transform((text) => text.trim())
  .refine((text) => text === '' || isLink(text), 'Enter a whole address that begins with https://, or a path on this site that begins with /')
  .transform((text) => (text === '' ? null : text))

const isLink = (text: string): boolean => /^\/(?!\/)[!-[\]-~]*$/.test(text) || (/^https:\/\/[!-~]+$/.test(text) && URL.canParse(text))

const SwitchForm = z.object({
  kind: z.enum(SWITCHES),
  areas: z.enum(['whole', 'teams'], { error: 'Choose where it holds' }),
  team: boxes,
  kinds: boxes,
  'starts-day': short,
  'starts-time': short,
  'ends-day': short,
  'ends-time': short,
  banner: words('The banner', 'Write what readers are told', 400),
  link,
  because: words('The ground', 'Say why it is set, for the record', 1000),
  key: clientKey,
})

/** Throws `Refused` by field. `kindNames`: the kinds of posts that can be chosen. */
export function readSwitch(sent: unknown, kindNames: readonly string[]): NewSwitch {
  const form = parseForm(SwitchForm, sent)
  const wholeForce = form.areas === 'whole'
  const startsAt = hasWords(form['starts-day']) ? momentIn('starts', form['starts-day'], form['starts-time'], 'start') : null
  const endsAt = endIn(form['ends-day'], form['ends-time'])
  return {
    kind: form.kind,
    banner: form.banner,
    bannerLink: form.link,
    because: form.because,
    wholeForce,
    teamIds: wholeForce ? [] : form.team.filter((id) => /^[1-9]\d{0,14}$/.test(id)).map(Number),
    kinds: kindNames.filter((name) => form.kinds.includes(name)),
    startsAt,
    endsAt,
    clientKey: form.key,
  }
}

const EndForm = z.object({ 'end-because': words('The reason', 'Say why it ends now', 1000) })

export const readEnding = (sent: unknown): string => parseForm(EndForm, sent)['end-because']

const ProlongForm = z.object({
  'ends-day': short,
  'ends-time': short,
  'prolong-because': words('The reason', 'Say why it has to last longer', 1000),
  seen: z.iso.datetime({ error: 'This page is out of date. Reload it and try again.' }),
})

export function readProlonging(sent: unknown) {
  const form = parseForm(ProlongForm, sent)
  return { endsAt: endIn(form['ends-day'], form['ends-time']), seen: new Date(form.seen), because: form['prolong-because'] }
}

/** Without a time, the end of that day. */
const endIn = (day: string, time: string): Date => momentIn('ends', day, time, 'end')

function momentIn(field: 'starts' | 'ends', typedDay: string, typedTime: string, name: string): Date {
  const refuse = (part: 'day' | 'time', message: string): never => {
    throw new Refused(message, { [`${field}-${part}`]: message })
  }
  const day = readDate(typedDay) ?? refuse('day', hasWords(typedDay) ? `Write the ${name} date like 27 March 2027` : `Enter the ${name} date`)
  if (!hasWords(typedTime)) return field === 'ends' ? endOfDay(day) : (ukMoment(day, '00:00') ?? refuse('day', 'There is no such day'))
  const time = readTime(typedTime) ?? refuse('time', `Write the ${name} time like 9am or 17:30`)
  return ukMoment(day, time) ?? refuse('time', 'The clocks go forward over this time: choose another')
}
