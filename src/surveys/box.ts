/**
 * The box into which answers go. Each lies there in a sealed envelope; when the survey closes all are opened at once, in no order, and the box is empty.
 *
 * Nobody can tell from the database who gave which answer, whatever of it they hold. Why each place in it is harmless:
 *
 * - `survey_envelopes`: encrypted with a key that only the running portal knows, all of one survey of the same length, under random ids, without a time.
 *   The row of an envelope is younger than its answer tells: whoever answers moves fifteen other envelopes of the box, picked at random, in the same
 *   statement, so that by the transaction (`xmin`) and the place on the disk (`ctid`) an answer is one of sixteen, or of all where there are fewer. Against
 *   somebody who has the secret too it holds for what queries give. It does not hold for them if they look at the box before and after a single answer, or read
 *   what Postgres has not yet cleared away: rows that moved lie dead in the files of the table until it is vacuumed, and longer in archives of its log.
 * - `survey_takers`: that somebody has answered, and nothing else. Its `xmin` leads to those sixteen envelopes.
 * - `surveys`: how many have answered. `survey_questions` does not change.
 * - `activities`, jobs, notifications, mails: an answer makes none. Sessions and limits change on every visit and post, and name no answer.
 * - the log of requests: that a form was sent to a survey, never what was in it.
 * - after the count `survey_envelopes` is empty, so that not even the secret opens anything; tallies and words hold no account and stand in no order, and
 *   nothing in them is of the only one who came on the web or from one part of the area (adding.ts).
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, randomInt, randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import type { Config } from '../config.ts'
import type { Tx } from '../database/database.ts'
import { MOST, questionsOf, type Answer, type Question } from './question.ts'
import { surveyEnvelopes } from './schema.ts'

type Secret = Pick<Config, 'secret'>

const KIND = 'aes-256-gcm'
const IV = 12
const TAG = 16

/** How many other envelopes move when one is put in. */
const MOVED = 15

/** Seals the answer and puts it in. The caller holds the lock of the survey, has seen that it is open, and that this person has not answered. */
export async function putIn(tx: Tx, config: Secret, surveyId: number, answer: Answer): Promise<void> {
  const size = sizeFor(await questionsOf(tx, surveyId))
  const sealed = seal(keyOf(config, surveyId), answer, size)
  const from = randomUUID()
  const others = (side: '>=' | '<') =>
    sql`(select id from ${surveyEnvelopes} where survey_id = ${surveyId} and id ${sql.raw(side)} ${from}::uuid order by id limit ${MOVED})`
  await tx.execute(sql`
    with moved as (
      delete from ${surveyEnvelopes} where id in (${others('>=')} union all ${others('<')} limit ${MOVED}) returning sealed
    )
    insert into ${surveyEnvelopes} (survey_id, sealed)
    select ${surveyId}::bigint, sealed from (select sealed from moved union all select ${sealed}::text) as all_of_them order by gen_random_uuid()`)
}

/** Opens all, in random order, and empties the box. Throws, and takes nothing, when one does not open: the secret is not the one that sealed it. */
export async function takeAll(tx: Tx, config: Secret, surveyId: number): Promise<Answer[]> {
  const key = keyOf(config, surveyId)
  const taken = await tx.delete(surveyEnvelopes).where(eq(surveyEnvelopes.surveyId, surveyId)).returning({ sealed: surveyEnvelopes.sealed })
  return shuffled(taken.map(({ sealed }) => open(key, sealed)))
}

/** Unopened: nobody ever learns what was in it. */
export async function destroyAll(tx: Tx, surveyId: number): Promise<void> {
  await tx.delete(surveyEnvelopes).where(eq(surveyEnvelopes.surveyId, surveyId))
}

const keyOf = ({ secret }: Secret, surveyId: number): Buffer => Buffer.from(hkdfSync('sha256', secret, '', `answers of survey ${surveyId}`, 32))

/** Bytes that the longest possible answer takes, so that all are as long as that one. A character of JavaScript takes three at most. */
export function sizeFor(questions: readonly Question[]): number {
  const each = questions.map((question) => 64 + (question.sort === 'words' ? 3 * MOST.words : 3 * question.options.length))
  // What people count as one character of a name are four of JavaScript's at most (see `fits`).
  return Math.ceil((256 + 3 * 4 * MOST.area + each.reduce((sum, bytes) => sum + bytes, 0)) / 1024) * 1024
}

function seal(key: Buffer, answer: Answer, size: number): string {
  const words = Buffer.from(JSON.stringify(answer))
  if (words.length + 4 > size) throw new Error('an answer is longer than its envelope')
  const padded = Buffer.alloc(size)
  padded.writeUInt32BE(words.length)
  words.copy(padded, 4)
  const iv = randomBytes(IV)
  const cipher = createCipheriv(KIND, key, iv)
  return Buffer.concat([iv, cipher.update(padded), cipher.final(), cipher.getAuthTag()]).toString('base64')
}

function open(key: Buffer, sealed: string): Answer {
  const bytes = Buffer.from(sealed, 'base64')
  const decipher = createDecipheriv(KIND, key, bytes.subarray(0, IV))
  decipher.setAuthTag(bytes.subarray(-TAG))
  const padded = Buffer.concat([decipher.update(bytes.subarray(IV, -TAG)), decipher.final()])
  return JSON.parse(padded.subarray(4, 4 + padded.readUInt32BE()).toString()) as Answer
}

export function shuffled<T>(things: readonly T[]): T[] {
  const mixed = [...things]
  for (const at of mixed.keys()) {
    const other = at + randomInt(mixed.length - at)
    const [one, two] = [mixed[at] as T, mixed[other] as T]
    ;[mixed[at], mixed[other]] = [two, one]
  }
  return mixed
}
