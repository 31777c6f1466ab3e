import type { Mail } from '../mail/mail.ts'

/** Where a mail comes from: the address of the site and the name of the force. */
export interface Site {
  publicUrl: string
  force: string
}

/** The mail with the link and the code. It is the same whether or not the address has an account. */
export function signInMail(id: number, to: string, token: string, code: string, site: Site): Mail {
  const text = [
    `Open this link to sign in to the neighbourhood pages of ${site.force}:`,
    `${site.publicUrl}/sign-in/${token}`,
    'The link works once, for 30 minutes.',
    'Or type this code on the page where you asked for it:',
    `${code.slice(0, 3)} ${code.slice(3)}`,
    'Give the code to nobody. No police officer will ever ask you for it.',
    'If you did not ask for this email, do nothing. Nobody can sign in without it.',
  ]
  return { key: `sign-in:${id}`, to, subject: `Sign in to ${site.force} neighbourhood pages`, text: text.join('\n\n') }
}
