/** The people between whom a draft goes, and drafts at every step of the way. */
import { randomUUID } from 'node:crypto'
import { asc, eq } from 'drizzle-orm'
import type { SignedIn } from '../../src/actor.ts'
import { moveClock, now } from '../../src/clock.ts'
import { saveDraft, type DraftInput, type DraftRow } from '../../src/posts/draft.ts'
import { draftActs, drafts, photos, type DraftForm, type PostKind } from '../../src/posts/schema.ts'
import type { Database } from '../../src/database/database.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'
import { openWorld, type World } from '../world.ts'
import { FORMS, NOW } from './kind-forms.ts'

export interface Cast {
  world: World
  db: Database
  team: TeamName
  elsewhere: TeamName
  people: Record<'officer' | 'colleague' | 'sergeant' | 'press' | 'otherPress' | 'stranger' | 'administrator' | 'resident', SignedIn>
  close(): Promise<void>
}

/** It is 27 March 2027 for them: the night before the clocks go forward. */
export async function openCast(): Promise<Cast> {
  const world = await openWorld()
  const { db } = world
  const team = await makeTeam(db, 'Bracebridge Heath')
  const elsewhere = await makeTeam(db, 'Alford')
  const people = {
    officer: await makeStaff(db, 'PC Imran Adeyemi', 'officer', team),
    colleague: await makeStaff(db, 'PC Joan Fell', 'officer', team),
    sergeant: await makeStaff(db, 'Sgt Ruth Okafor', 'supervisor', team),
    press: await makeStaff(db, 'Dana Price', 'press-office'),
    otherPress: await makeStaff(db, 'Theo Lund', 'press-office'),
    stranger: await makeStaff(db, 'PC Ada Mills', 'officer', elsewhere),
    administrator: await makeStaff(db, 'Ann Admin', 'administrator'),
    resident: await makeResident(db, 'Maureen T'),
  }
  setClock(NOW)
  const close = async () => {
    moveClock(0)
    await world.close()
  }
  return { world, db, team, elsewhere, people, close }
}

/** Sets the clock to that moment. */
export function setClock(moment: Date): void {
  moveClock(0)
  const ahead = moment.getTime() - now().getTime()
  if (ahead !== 0) moveClock(ahead)
}

export const inputOf = (kind: PostKind = 'update', form: DraftForm = FORMS[kind], input: Partial<DraftInput> = {}): DraftInput => ({
  kind,
  key: randomUUID(),
  form,
  version: null,
  teamIds: [],
  wholeForce: false,
  ...input,
})

export const write = (cast: Cast, kind: PostKind = 'update', author = cast.people.officer, input: Partial<DraftInput> = {}): Promise<DraftRow> =>
  saveDraft(cast.db, author, cast.team, inputOf(kind, FORMS[kind], input))

export async function rowOf(cast: Cast, id: number): Promise<DraftRow> {
  const [row] = await cast.db.select().from(drafts).where(eq(drafts.id, id))
  if (!row) throw new Error('no draft')
  return row
}

export const actsOf = async (cast: Cast, id: number) => cast.db.select().from(draftActs).where(eq(draftActs.draftId, id)).orderBy(asc(draftActs.id))

/** A photo as it lies there once its files are stored. */
export async function addPhotoRow(cast: Cast, draft: DraftRow, photo: { alt: string; seen: boolean }): Promise<number> {
  const [row] = await cast.db
    .insert(photos)
    .values({
      draftId: draft.id,
      uploadedBy: draft.authorId,
      clientKey: randomUUID(),
      fileKey: randomUUID(),
      position: 1,
      storedAt: now(),
      alt: photo.alt,
      width: 640,
      height: 480,
      lookedAtBy: photo.seen ? draft.authorId : null,
    })
    .returning({ id: photos.id })
  if (!row) throw new Error('no photo')
  return row.id
}
