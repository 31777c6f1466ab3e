/** What the forms of following hold. */
import { z } from 'zod'
import { emailField } from '../accounts/email.ts'
import { RHYTHMS } from './schema.ts'
import type { Settings } from './follower.ts'

const rhythm = z.enum(RHYTHMS, { error: 'Choose how often' })
const ticked = z
  .string()
  .optional()
  .transform((value) => value === 'yes')
const postcode = z.string().max(200, 'Enter a full postcode, like LN4 2LE').default('')

/** With an account. */
export const FollowForm = z.object({ rhythm, alerts: ticked, postcode })
/** Without one. */
export const EmailForm = FollowForm.extend({ email: emailField })
export const ChangeForm = z.object({ rhythm, postcode })

const NONE = ''
const hour = z
  .string({ error: 'Choose an hour' })
  .regex(/^(|\d|1\d|2[0-3])$/, 'Choose an hour')
  .default(NONE)

export const SettingsForm = z
  .object({ mail: ticked, alerts: ticked, from: hour, until: hour })
  .superRefine(({ from, until }, context) => {
    if (from !== NONE && until === NONE) context.addIssue({ code: 'custom', path: ['until'], message: 'Choose when the quiet hours end' })
    else if (from === NONE && until !== NONE) context.addIssue({ code: 'custom', path: ['from'], message: 'Choose when the quiet hours begin' })
    else if (from !== NONE && from === until)
      context.addIssue({ code: 'custom', path: ['until'], message: 'The quiet hours must end at another hour than they begin' })
  })
  .transform(({ mail, alerts, from, until }): Settings => ({
    byMail: mail,
    wantsAlerts: alerts,
    quiet: from === NONE ? null : { from: Number(from), until: Number(until) },
  }))
