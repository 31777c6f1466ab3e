/**
 * What the mails about questions and drafts say. Never the words of anybody else: a link leads to where they stand, behind its door.
 */
import type { Config } from '../config.ts'
import { sayMoment } from '../text/dates.ts'
import type { Wording } from './wording.ts'

export interface AboutQuestion {
  id: number
  title: string
  teamName: string
  dueAt: Date
  /** Address of the post, once published. */
  postPath: string | null
}

type Letter<About> = (about: About) => { subject: string; lines: string[]; path: string }

const questionPath = ({ id }: AboutQuestion): string => `/questions/${id}`

/** To whoever asked. */
export const TO_ASKER = {
  'question.published': (about) => ({
    subject: 'Your question is published',
    lines: [`The ${about.teamName} team has published your question “${about.title}”. Others can read it and say that they would like to know too.`],
    path: questionPath(about),
  }),
  'question.kept-private': (about) => ({
    subject: 'Your question stays between you and the team',
    lines: [
      `The ${about.teamName} team has not published your question “${about.title}”. They say why on its page. They still answer it, and the clock runs on.`,
    ],
    path: questionPath(about),
  }),
  'question.acknowledged': (about) => ({
    subject: 'The team has seen your question',
    lines: [`The ${about.teamName} team has written to you about “${about.title}”. They still have to answer, by ${sayMoment(about.dueAt)}.`],
    path: questionPath(about),
  }),
  'question.said': (about) => ({
    subject: 'The team has written to you',
    lines: [`The ${about.teamName} team has written to you about “${about.title}”.`],
    path: questionPath(about),
  }),
  'question.answered': (about) => ({
    subject: 'Your question is answered',
    lines: [
      `The ${about.teamName} team has answered “${about.title}”.`,
      'Did the answer help? You say so with one tap below it. If it did not answer your question, you can open it again once. It then goes to the sergeant of the team.',
    ],
    path: `${questionPath(about)}#helped`,
  }),
  'question.missed': (about) => ({
    subject: 'We have not answered your question in time',
    lines: [
      `The ${about.teamName} team has not answered “${about.title}” within 72 hours. We are sorry. Its sergeant has been told, and the team’s public figure shows it.`,
      'You can ask for a review: the sergeant then has to say what happened.',
    ],
    path: questionPath(about),
  }),
  'question.reviewed': (about) => ({
    subject: 'The sergeant has looked into your question',
    lines: [`You asked why “${about.title}” was not answered in time. The ${about.teamName} team’s sergeant has written to you.`],
    path: questionPath(about),
  }),
} as const satisfies Record<string, Letter<AboutQuestion>>

/** To the sergeants of the team. */
export const TO_SERGEANTS = {
  'question.missed': (about) => ({
    subject: `A question has waited longer than 72 hours: ${about.teamName}`,
    lines: [`“${about.title}” was due on ${sayMoment(about.dueAt)} and has no answer. It is with you now.`],
    path: questionPath(about),
  }),
  'question.reopened': (about) => ({
    subject: `An answer did not help: ${about.teamName}`,
    lines: [
      `Whoever asked “${about.title}” says that the answer did not answer it. The question is open again and with you, until ${sayMoment(about.dueAt)}.`,
    ],
    path: questionPath(about),
  }),
  'question.review-asked': (about) => ({
    subject: `A review is asked for: ${about.teamName}`,
    lines: [`Whoever asked “${about.title}” wants to know why it was not answered in time.`],
    path: questionPath(about),
  }),
} as const satisfies Record<string, Letter<AboutQuestion>>

/** To those who said "same here" under the published question. */
export const toThoseWhoWondered: Letter<AboutQuestion> = (about) => ({
  subject: 'A question that you have too is answered',
  lines: [`You said “same here” under “${about.title}”. The ${about.teamName} team has answered it.`],
  path: about.postPath ?? questionPath(about),
})

/** To whoever sees to it from now on. */
export const toAssignee: Letter<AboutQuestion> = (about) => ({
  subject: `A question is yours: ${about.teamName}`,
  lines: [`“${about.title}” is yours to answer, by ${sayMoment(about.dueAt)}.`],
  path: questionPath(about),
})

export interface AboutDraft {
  id: number
  title: string
  publishAt: Date | null
  postPath: string | null
}

/** To the author of a draft, when somebody else did something with it. */
export const TO_AUTHOR = {
  'draft.returned': (about) => ({
    subject: 'Your post came back',
    lines: [`“${about.title}” was sent back to you with a note.`],
    path: `/officers/drafts/${about.id}`,
  }),
  'draft.approved': (about) => ({
    subject: 'Your post is approved',
    lines: [`“${about.title}” is approved. ${about.publishAt ? `It goes out by itself on ${sayMoment(about.publishAt)}.` : 'You can publish it.'}`],
    path: `/officers/drafts/${about.id}`,
  }),
  'draft.published': (about) => ({
    subject: 'Your post is published',
    lines: [`“${about.title}” is published.`],
    path: about.postPath ?? `/officers/drafts/${about.id}`,
  }),
} as const satisfies Record<string, Letter<AboutDraft>>

/** A letter with its link and signature, ready to send. */
export function wordingOf<About>(config: Config, letter: Letter<About>, about: About): Wording {
  const { subject, lines, path } = letter(about)
  return { subject, text: [...lines, `${config.publicUrl}${path}`, `${config.force.name}\n${config.publicUrl}`].join('\n\n') }
}
