/**
 * Words to begin from when writing to an author. Whoever uses one changes what does not fit; what was sent keeps its words,
 * so a change of a template is a new one that replaces it.
 */
import { and, asc, eq, isNull } from 'drizzle-orm'
import { writeLog } from '../activity/log.ts'
import type { SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Database, Db, Tx } from '../database/database.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../errors.ts'
import { deciderRole, maySetRules } from './policy.ts'
import { reasonOf } from './reason.ts'
import { templates, type TemplatePurpose } from './schema.ts'

export type Template = typeof templates.$inferSelect

/** Those in use, by title; of one purpose, or of all. */
export const templatesOf = (db: Db, purpose?: TemplatePurpose): Promise<Template[]> =>
  db
    .select()
    .from(templates)
    .where(and(isNull(templates.retiredAt), purpose && eq(templates.purpose, purpose)))
    .orderBy(asc(templates.purpose), asc(templates.title), asc(templates.id))

/** One that was ever in use; `retiredAt` says whether it still is. Throws `NotFound`. */
export async function templateById(db: Db, id: number): Promise<Template> {
  const [found] = await db.select().from(templates).where(eq(templates.id, id))
  if (!found) throw new NotFound('template')
  return found
}

/** The one that is there in its place now, or the last that was. */
export async function templateInUse(db: Db, template: Template): Promise<Template> {
  const [next] = template.retiredAt === null ? [] : await db.select().from(templates).where(eq(templates.replacesId, template.id))
  return next ? templateInUse(db, next) : template
}

export interface TemplateWords {
  title: string
  body: string
  /** The reason that it explains; null for any. */
  reasonCode: string | null
}

/** The same key again adds nothing. Throws `Forbidden`, `Refused` (field `reason`). */
export async function addTemplate(
  db: Database,
  actor: SignedIn,
  input: TemplateWords & { purpose: TemplatePurpose; clientKey: string },
): Promise<void> {
  requireRight(actor)
  await db.transaction(async (tx) => {
    await checkReason(tx, input.reasonCode)
    const [added] = await tx
      .insert(templates)
      .values({ ...input, changedBy: actor.accountId, changedAt: now() })
      .onConflictDoNothing({ target: templates.clientKey })
      .returning()
    if (added) await logTemplate(tx, actor, added, 'add')
  })
}

/** Puts other words in its place. The same form again, and words that are no others, change nothing. Throws `Forbidden`, `NotFound`, `Refused` (field `reason`), `Overtaken` for one that is no longer in use. */
export async function changeTemplate(db: Database, actor: SignedIn, id: number, input: TemplateWords): Promise<void> {
  requireRight(actor)
  await db.transaction((tx) => replaceTemplate(tx, actor, id, input))
}

async function replaceTemplate(tx: Tx, actor: SignedIn, id: number, input: TemplateWords): Promise<void> {
  const old = await lockTemplate(tx, id)
  if (await isChangedSo(tx, actor, old, input)) return
  if (old.retiredAt !== null) throw new Overtaken('A colleague changed or removed this template first. Nothing was changed.')
  await checkReason(tx, input.reasonCode)
  const moment = now()
  await tx.update(templates).set({ retiredAt: moment }).where(eq(templates.id, id))
  const [changed] = await tx
    .insert(templates)
    .values({ ...input, purpose: old.purpose, version: old.version + 1, replacesId: id, changedBy: actor.accountId, changedAt: moment })
    .returning()
  if (changed) await logTemplate(tx, actor, changed, 'reword')
}

const isSame = (template: Template | undefined, { title, body, reasonCode }: TemplateWords): boolean =>
  template?.title === title && template.body === body && template.reasonCode === reasonCode

/** It says this already, or this actor has just put these words in its place. */
async function isChangedSo(tx: Tx, actor: SignedIn, old: Template, input: TemplateWords): Promise<boolean> {
  if (old.retiredAt === null) return isSame(old, input)
  const [next] = await tx.select().from(templates).where(eq(templates.replacesId, old.id))
  return next?.changedBy === actor.accountId && isSame(next, input)
}

/** Nobody is offered it any more. Twice is the same as once. */
export async function retireTemplate(db: Database, actor: SignedIn, id: number): Promise<void> {
  requireRight(actor)
  await db.transaction(async (tx) => {
    const template = await lockTemplate(tx, id)
    if (template.retiredAt !== null) return
    await tx.update(templates).set({ retiredAt: now() }).where(eq(templates.id, id))
    await logTemplate(tx, actor, template, 'retire')
  })
}

function requireRight(actor: SignedIn): void {
  if (!maySetRules(actor)) throw new Forbidden('Only the press office keeps the templates.')
}

async function lockTemplate(tx: Tx, id: number): Promise<Template> {
  const [found] = await tx.select().from(templates).where(eq(templates.id, id)).for('update')
  if (!found) throw new NotFound('template')
  return found
}

async function checkReason(tx: Tx, code: string | null): Promise<void> {
  if (code !== null && !(await reasonOf(tx, code)))
    throw new Refused('There is a problem with what you sent', { reason: 'Choose one of the reasons' })
}

const logTemplate = (tx: Tx, actor: SignedIn, { id, title, version, reasonCode }: Template, act: string): Promise<number> =>
  writeLog(tx, {
    actorId: actor.accountId,
    role: deciderRole(actor),
    act,
    item: 'template',
    itemId: id,
    audience: 'staff',
    teamId: null,
    teamName: null,
    toState: act === 'retire' ? 'retired' : `version ${version}`,
    reasonCode,
    note: title,
  })
