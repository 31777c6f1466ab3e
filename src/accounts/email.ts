import { z } from 'zod'
import { isNoMailbox } from '../mail/mail.ts'
import { cleanLine } from '../text/input.ts'

/** An email address as it is kept: lower case, without the spaces that phones add. */
export const emailField = z
  .string({ error: 'Enter your email address' })
  .transform((text) => cleanLine(text).toLowerCase())
  .refine((text) => text !== '', { error: 'Enter your email address', abort: true })
  .pipe(
    z
      .email({ error: 'Enter an email address in the correct format, like name@example.com' })
      .max(254, 'Your email address must have 254 characters or fewer')
      // Accounts under a pseudonym have such an address: nobody signs in as one, gets a role or is invited.
      .refine((address) => !isNoMailbox(address), 'Enter an email address that can receive mail'),
  )
