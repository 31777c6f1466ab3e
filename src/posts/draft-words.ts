/** How drafts are spoken of: by which title, and whose turn it is. */
import { idOf, type Actor } from '../actor.ts'
import { Refused } from '../errors.ts'
import { sayNear } from '../text/dates.ts'
import { cleanLine, hasWords } from '../text/input.ts'
import { contentOf, kindOf } from './kinds.ts'
import { mayApprove, needsPressOffice, type DraftThing } from './policy.ts'
import type { DraftForm, PostKind } from './schema.ts'

const LONGEST = 120

const firstWords = (text: string, length: number): string => {
  const said = cleanLine(text.slice(0, 4 * length))
  return said.length <= length ? said : `${said.slice(0, length).replace(/\s+\S*$/, '')}…`
}

/** The title that was typed, or what stands for it: the first words, or "Arrest, no details yet". */
export function draftTitle(kind: PostKind, form: DraftForm, now: Date): string {
  const its = kindOf(kind)
  const typed = its.ownWords ? [form['title'] ?? '', form['body'] ?? ''].find((text) => hasWords(text)) : undefined
  if (typed !== undefined) return firstWords(typed, LONGEST)
  if (!Object.values(form).some((text) => hasWords(text))) return `${its.name}, no details yet`
  return madeTitle(kind, form, now) ?? `${its.name}, not complete yet`
}

function madeTitle(kind: PostKind, form: DraftForm, now: Date): string | null {
  try {
    return contentOf(kind, form, now).title
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}

export interface Turn extends DraftThing {
  author: string | null
  returnedBecause: string | null
  publishAt: Date | null
}

/** Whose turn it is, as the one who reads it would say. */
export function sayTurn(actor: Actor, draft: Turn, now: Date): string {
  switch (draft.state) {
    case 'draft':
      if (idOf(actor) !== draft.authorId) return `With ${draft.author ?? 'its author'}`
      return draft.returnedBecause === null ? 'Yours to finish' : 'Came back: yours to change'
    case 'submitted':
      if (mayApprove(actor, draft)) return 'Waits for you'
      return needsPressOffice(draft) ? 'Waits for the press office' : 'Waits for the sergeant'
    case 'approved':
      return 'Approved, ready to publish'
    case 'scheduled':
      return `Goes out ${sayNear(draft.publishAt ?? now, now)}`
    case 'published':
      return 'Published'
    case 'discarded':
      return 'Discarded'
  }
}
