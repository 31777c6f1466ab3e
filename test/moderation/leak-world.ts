/**
 * A small world in which everything has been done that the press office does, and every text is a word that stands nowhere else: the name of a marker in
 * `MARKERS` in letters of its own.
 */
import { randomUUID } from 'node:crypto'
import type { SignedIn } from '../../src/actor.ts'
import { lookUpAccount } from '../../src/accounts/look-up.ts'
import type { Config } from '../../src/config.ts'
import { lodgeAppeal } from '../../src/appeals/appeal.ts'
import { decideAppeal } from '../../src/appeals/hearing.ts'
import { now } from '../../src/clock.ts'
import { editComment, postComment, withdrawComment } from '../../src/conversations/comment.ts'
import { sideConversation } from '../../src/conversations/side.ts'
import { joinCase } from '../../src/moderation/case.ts'
import { answerDesk, askAuthor } from '../../src/moderation/correspondence.ts'
import { escalateCase } from '../../src/moderation/escalation.ts'
import { flagItem } from '../../src/moderation/flag.ts'
import { lockItem, type ItemRef } from '../../src/moderation/item.ts'
import { addNote } from '../../src/moderation/note.ts'
import { receiveNotice } from '../../src/notices/notice.ts'
import { saveDraft } from '../../src/posts/draft.ts'
import { submitDraft } from '../../src/posts/lifecycle.ts'
import { withdrawPost } from '../../src/posts/post.ts'
import { askQuestion } from '../../src/questions/question.ts'
import { askPressOffice } from '../../src/requests/request.ts'
import { sanctionAuthor } from '../../src/sanctions/sanction.ts'
import { changeList } from '../../src/screening/list.ts'
import { makePost } from '../people.ts'
import { vaultOf } from '../seals/vault.ts'
import { STAFFED, type Desk } from './desk.ts'

const key = (): string => randomUUID()

/** "removed comment" → "Qzremovedcommentzq" */
export const wordOf = (marker: string): string => `Qz${marker.replaceAll(/[^a-z]/g, '')}zq`

export interface Planted {
  /** Wrote nearly everything that residents say here, and asked the question. */
  author: SignedIn
  /** The pages on which threads are read. */
  pages: string[]
  /** The public one and the private one, in which all branches and forms are tried. */
  threads: { path: string; conversationId: number }[]
}

export async function plant(desk: Desk, sender: Config): Promise<Planted> {
  const author = await desk.newPerson('Quentin Author', [], 9)
  await plantComments(desk, author)
  await plantEvidence(desk, author)
  await plantPapers(desk, author, sender)
  const posts = await plantPosts(desk)
  const question = await plantAmongFew(desk, author)
  return { author, pages: [desk.post, desk.otherPost, ...posts, question].map(({ path }) => path), threads: [desk.post, question] }
}

const flagOnce = (desk: Desk, ref: ItemRef, note: string | null = null) =>
  flagItem(desk.db, desk.newcomer, ref, {
    reasonCode: 'abuse',
    note,
    clientKey: key(),
    flaggerKey: `account:${desk.newcomer.accountId}`,
    staffed: STAFFED,
  })

/** Says something as the site does; `held` by a rule of a list. */
async function say(desk: Desk, by: SignedIn, marker: string, held = false, conversationId = desk.post.conversationId): Promise<number> {
  const body = `I think ${wordOf(marker)} about the lights.`
  return (await postComment(desk.db, by, conversationId, { body, parentId: null, clientKey: key(), hold: held ? 'A word of a list.' : null })).id
}

async function plantComments(desk: Desk, author: SignedIn): Promise<void> {
  await say(desk, author, 'published comment')
  await say(desk, author, 'comment of the other team', false, desk.otherPost.conversationId)
  await say(desk, author, 'held comment', true)
  await say(desk, author, 'held comment of the other team', true, desk.otherPost.conversationId)
  const rejected = await say(desk, author, 'rejected comment', true)
  await desk.decide(desk.press, { commentId: rejected }, 'reject', { publicText: wordOf('text to the author'), note: wordOf('note of a decision') })
  const hidden = await say(desk, author, 'hidden comment')
  await flagOnce(desk, { commentId: hidden }, wordOf('note of a flag'))
  for (const visitor of ['one', 'two']) await desk.flag({ commentId: hidden }, visitor)
  const removed = await say(desk, author, 'removed comment')
  // Somebody has answered: the stub stays where they stand.
  await desk.say(desk.resident, 'That is not so.', { parentId: removed })
  await editComment(desk.db, author, removed, `I still think ${wordOf('removed comment')}. ${wordOf('last wording')}`)
  await editComment(desk.db, author, removed, `I still think ${wordOf('removed comment')}.`)
  await flagOnce(desk, { commentId: removed })
  await desk.decide(desk.press, { commentId: removed }, 'remove', { reasonCode: 'threat' })
  const redacted = await say(desk, author, 'words taken out')
  await flagOnce(desk, { commentId: redacted })
  await desk.decide(desk.press, { commentId: redacted }, 'redact', { takenOut: [wordOf('words taken out')] })
  await withdrawComment(desk.db, author, await say(desk, author, 'withdrawn comment'))
  await withdrawComment(desk.db, author, await say(desk, author, 'withdrawn under a case', true))
}

/** Evidence, and who asked for it. */
async function plantEvidence(desk: Desk, author: SignedIn): Promise<void> {
  const vault = vaultOf(desk)
  const sealed = await say(desk, author, 'sealed comment')
  await flagOnce(desk, { commentId: sealed })
  await desk.decide(desk.press, { commentId: sealed }, 'remove')
  await vault.seal({ commentId: sealed })
  const [copy] = await vault.copiesOf(sealed)
  const { caseId } = await vault.askToOpen(desk.press, copy?.id ?? 0)
  await vault.answer(desk.press2, caseId)
  const about = { kind: 'conversation' as const, id: desk.post.conversationId }
  await askPressOffice(desk.db, desk.officer, about, { kind: 'legal-lock', note: wordOf('request'), clientKey: key(), staffed: STAFFED })
}

/** What is written about a case, to its author and about them. */
async function plantPapers(desk: Desk, author: SignedIn, sender: Config): Promise<void> {
  const { db, press, press2 } = desk
  const held = await say(desk, author, 'comment with papers', true)
  const version = async () => (await desk.caseOf({ commentId: held })).version
  const { id } = await desk.caseOf({ commentId: held })
  await addNote(db, press, id, { note: wordOf('note of a case'), clientKey: key() })
  await askAuthor(db, press, id, { text: wordOf('question of the desk'), clientKey: key(), version: await version() })
  await answerDesk(db, author, id, { text: wordOf('answer of the author'), clientKey: key() })
  await escalateCase(db, press, id, { to: 'standards', note: wordOf('escalation'), version: await version(), clientKey: key() })

  const appealed = await say(desk, author, 'appealed comment')
  await flagOnce(desk, { commentId: appealed })
  await desk.decide(press, { commentId: appealed }, 'remove', { reasonCode: 'threat' })
  const { id: caseId } = await desk.caseOf({ commentId: appealed })
  await lodgeAppeal(db, author, caseId, { text: wordOf('appeal'), clientKey: key() })
  await decideAppeal(db, press2, caseId, {
    way: 'upheld',
    text: wordOf('outcome of an appeal'),
    reasonCode: null,
    takeOut: [],
    note: wordOf('note of an appeal'),
    version: (await desk.caseOf({ commentId: appealed })).version,
  })
  const warning = { kind: 'advice' as const, publicText: wordOf('sanction'), note: wordOf('note of a sanction') }
  await sanctionAuthor(db, press, caseId, { ...warning, clientKey: key() })
  await lookUpAccount(db, press, author.accountId, { reason: 'crime', note: wordOf('look-up'), clientKey: key() })

  const defamed = await say(desk, author, 'comment with a notice')
  await receiveNotice(
    db,
    sender,
    { commentId: defamed },
    {
      kind: 'defamation',
      name: wordOf('complainant'),
      email: 'complainant@example.org',
      statement: { words: wordOf('notice of law'), why: 'It is not true.', meaning: 'That I steal.' },
      mayShare: false,
      clientKey: key(),
    },
  )
  await changeList(db, press, 'Names', {
    patterns: wordOf('word list').toLowerCase(),
    note: 'Seen often.',
    version: 0,
    purpose: 'hold',
    clientKey: key(),
  })
}

async function plantPosts(desk: Desk): Promise<Planted['threads']> {
  const { db, officer, team, press } = desk
  const removed = await makePost(db, officer, team, wordOf('title of a removed post'))
  await db.$client.query('update posts set body = body || $2, body_html = body_html || $2 where id = $1', [removed.id, ` ${wordOf('removed post')}`])
  await flagOnce(desk, { postId: removed.id })
  await desk.decide(press, { postId: removed.id }, 'remove', { publicText: wordOf('why a post was removed') })
  const withdrawn = await makePost(db, officer, team, 'A post that went')
  await db.$client.query('update posts set body = body || $2, body_html = body_html || $2 where id = $1', [
    withdrawn.id,
    ` ${wordOf('withdrawn post')}`,
  ])
  await withdrawPost(db, officer, withdrawn.id, 'It was the wrong day.')
  const form = { title: 'Witnesses', body: wordOf('draft'), 'what-for': 'witnesses', when: 'Saturday at 2pm', where: 'Grantham Road' }
  const draft = await saveDraft(db, officer, team, { kind: 'appeal', key: key(), form, version: null, teamIds: [], wholeForce: false })
  await submitDraft(db, officer, draft.id, draft.version)
  return [removed, withdrawn]
}

/** Nobody flags what few people read among themselves; a lock of such a conversation opens cases about it all the same. */
async function openPrivateCase(desk: Desk, commentId: number): Promise<void> {
  const moment = now()
  await desk.db.transaction(async (tx) => {
    const item = await lockItem(tx, { commentId })
    if (item) await joinCase(tx, item, { because: 'A lock.', urgent: false, openedAt: moment, dueAt: moment })
  })
}

/** A private question, and notes of the staff. */
async function plantAmongFew(desk: Desk, author: SignedIn): Promise<Planted['threads'][number]> {
  const { db, officer, team, post } = desk
  const asked = { title: wordOf('private question'), body: 'What about it?', visibility: 'private' as const, named: false, clientKey: key() }
  const { id, path } = await askQuestion(db, author, team, asked)
  const { rows } = await db.$client.query<{ id: string }>('select conversation_id as id from questions where id = $1', [id])
  const conversationId = Number(rows[0]?.id)
  const removed = await say(desk, author, 'removed private comment', false, conversationId)
  await openPrivateCase(desk, removed)
  await desk.decide(desk.press, { commentId: removed }, 'remove')
  const flagged = await say(desk, author, 'private comment under a case', false, conversationId)
  await openPrivateCase(desk, flagged)
  const notes = [(await sideConversation(db, officer, post.conversationId)).id, (await sideConversation(db, officer, conversationId)).id]
  await say(desk, officer, 'note of the staff', false, notes[0])
  await say(desk, officer, 'note beside the question', false, notes[1])
  return { path, conversationId }
}
