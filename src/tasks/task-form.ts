/** The form of a task, as it is typed and kept; what is proposed waits as it was typed and is read again when somebody agrees. */
import { z } from 'zod'
import { Refused } from '../errors.ts'
import { gather, readPlans } from '../occasions/form.ts'
import type { OccasionPlan } from '../occasions/occasion.ts'
import { readWindows, sayWindowInFull } from '../places/presence-window.ts'
import { cleanLine, fits, hasWords } from '../text/input.ts'
import { clientKey, line, optionalWords, parseForm, typed, words } from '../web/forms.ts'
import { TASK_SORTS, type TaskSort } from './schema.ts'

export const SORT_NAMES: Readonly<Record<TaskSort, string>> = {
  'litter-pick': 'Litter pick',
  'speed-watch': 'Community speed watch',
  'good-neighbour': 'Good neighbour',
  other: 'Something else',
}

export interface TaskWords {
  title: string
  body: string
  sort: TaskSort
  safeguarding: string
  leastAge: number | null
  /** Who runs it, where it is not the team. */
  partnerName: string | null
}

export interface TaskContent extends TaskWords {
  plans: OccasionPlan[]
  /** The fields, to keep and to show again. */
  form: Record<string, string>
}

const Fields = z.object({
  title: line('The title', 'Enter a title', 100),
  body: words('The description', 'Say what people would do', 3000),
  sort: z.enum(TASK_SORTS, { error: 'Choose what kind of help it is' }),
  safeguarding: words('The safeguarding note', 'Say how helpers, and those whom they help, are kept safe', 1000),
  age: z
    .string()
    .default('')
    .transform((text) => (text.trim() === '' ? null : /^\d{1,2}$/.test(text.trim()) ? Number(text) : Number.NaN))
    .refine((age) => age === null || (age >= 1 && age <= 99), 'Enter an age from 1 to 99, or leave it empty'),
  partner: z
    .string()
    .max(20_000, 'The name must be 80 characters or fewer')
    .default('')
    .transform(cleanLine)
    .refine((text) => fits(text, 80), 'The name must be 80 characters or fewer'),
})

const KEPT = [
  'title',
  'body',
  'sort',
  'safeguarding',
  'age',
  'partner',
  'date',
  'from',
  'until',
  'place',
  'venue',
  'capacity',
  'sign-up',
  'every',
  'times',
]

const WHO_RUNS = 'Enter the name of who runs it'

/** Throws `Refused` by field, with all that is wrong at once. `byPartner`: their name is asked for. */
export function readTask(sent: unknown, byPartner: boolean, today: Date): TaskContent {
  const problems: Record<string, string> = {}
  const said = gather(problems, () => readTaskWords(sent, byPartner))
  const plans = gather(problems, () => readPlans(sent, today))
  if (!said || !plans) throw new Refused('There is a problem with what you sent', problems)
  const fields = typed(sent)
  return { ...said, plans, form: Object.fromEntries(KEPT.map((name) => [name, fields[name] ?? ''])) }
}

/** The words alone. Throws as `readTask` does. */
export function readTaskWords(sent: unknown, byPartner: boolean): TaskWords {
  const { age, partner, ...said } = parseForm(Fields, sent)
  if (byPartner && !hasWords(partner)) throw new Refused(WHO_RUNS, { partner: WHO_RUNS })
  return { ...said, leastAge: age, partnerName: hasWords(partner) ? partner : null }
}

const Key = z.object({ key: clientKey })
const Answer = z.object({
  answer: z.enum(['agreed', 'refused'], { error: 'Choose whether you agree' }),
  note: optionalWords('Your note', 500),
})
const Closing = z.object({ thanks: words('Your thanks', 'Thank those who helped. Readers see it', 1000) })

export const readKey = (sent: unknown): string => parseForm(Key, sent).key
export const readAnswer = (sent: unknown) => parseForm(Answer, sent)
export const readClosing = (sent: unknown) => parseForm(Closing, sent)

/** What was typed of its dates, as people say them: "Thursday 3 December 2026, 10am to midday, then every week, 4 times in all". */
export function proposedTimes(
  { date = '', from = '', until = '', every = '', times = '' }: Readonly<Record<string, string>>,
  proposedAt: Date,
): string {
  try {
    const [first] = readWindows({ date, from, until }, 1, proposedAt)
    const again = every === '' || Number(times) < 2 ? '' : `, then every ${every}, ${Number(times)} times in all`
    return first ? `${sayWindowInFull(first)}${again}` : ''
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem
    return `${date}, ${from} to ${until}`
  }
}
