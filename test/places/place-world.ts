/** The people who keep places, and places as they would type them. */
import { randomUUID } from 'node:crypto'
import { asc, eq } from 'drizzle-orm'
import type { SignedIn } from '../../src/actor.ts'
import type { Database } from '../../src/database/database.ts'
import { postcodes } from '../../src/geography/schema.ts'
import { openPlace } from '../../src/places/keeping.ts'
import { placeBySlug, type PlacePage } from '../../src/places/place.ts'
import { readPlace, type PlaceContent, type TypedPlace } from '../../src/places/place-form.ts'
import { answerProposal } from '../../src/places/proposal.ts'
import { placeChanges } from '../../src/places/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'
import { makeResident, makeStaff, makeTeam } from '../people.ts'

export const WHO = ['officer', 'sergeant', 'press', 'otherPress', 'stranger', 'administrator', 'partner', 'otherPartner', 'resident'] as const
export type Who = (typeof WHO)[number]

export interface Keepers {
  db: Database
  team: TeamName
  elsewhere: TeamName
  people: Record<Who, SignedIn>
}

export async function makeKeepers(db: Database): Promise<Keepers> {
  const team = await makeTeam(db, 'Bracebridge Heath')
  const elsewhere = await makeTeam(db, 'Alford')
  const more = { quality: 1, wardCode: null, districtCode: null, forceCode: 'E23000020', terminated: null, source: 'a test' }
  await db.insert(postcodes).values([
    { key: 'LN42LE', lat: 53.1951234, lng: -0.5321234, ...more },
    { key: 'LN42ZZ', lat: 53.2, lng: -0.5, ...more },
    { key: 'LN42AA', lat: null, lng: null, ...more },
  ])
  const people = {
    officer: await makeStaff(db, 'PC Imran Adeyemi', 'officer', team),
    sergeant: await makeStaff(db, 'Sgt Ruth Okafor', 'supervisor', team),
    press: await makeStaff(db, 'Dana Price', 'press-office'),
    otherPress: await makeStaff(db, 'Theo Lund', 'press-office'),
    stranger: await makeStaff(db, 'Sgt Ada Mills', 'supervisor', elsewhere),
    administrator: await makeStaff(db, 'Ann Admin', 'administrator'),
    partner: await makeStaff(db, 'Wendy Ash', 'partner'),
    otherPartner: await makeStaff(db, 'Kit Fernsby', 'partner'),
    resident: await makeResident(db, 'Maureen T'),
  }
  return { db, team, elsewhere, people }
}

/** What somebody types who opens the library as a place. */
export const LIBRARY: TypedPlace = {
  name: 'Heath Library',
  kind: 'hub',
  partner: '',
  description: 'Come and **ask** us.',
  address: '12 London Road, Bracebridge Heath',
  postcode: 'ln4 2le',
  lat: '',
  lng: '',
  access: 'A level way in, and a hearing loop.',
  telephone: '01522 000 000',
  web: 'www.example.org/library',
  monday: '9am to 5pm',
  tuesday: '9-12, 1-5pm',
  wednesday: 'closed',
  thursday: '9am to 5pm',
  friday: '9am to 5pm',
  saturday: '10 to 12',
  sunday: 'closed',
  holidays: 'closed',
  exceptions: '24 December 2026: 9am to 12',
}

export const SERVICE: TypedPlace = { ...LIBRARY, name: 'Warm Room', kind: 'partner', partner: 'North Kesteven Council' }

export const contentOf = (db: Database, typed: TypedPlace = LIBRARY): Promise<PlaceContent> => readPlace(db, typed)

const slugOfPath = (path: string): string => path.split('/').at(-1) ?? ''

/** A place that the officer opened. */
export async function makePlace({ db, team, people }: Keepers, typed: TypedPlace = LIBRARY): Promise<PlacePage> {
  const { path } = await openPlace(db, people.officer, team, { content: await contentOf(db, typed), clientKey: randomUUID() })
  return placeBySlug(db, slugOfPath(path))
}

/** A new place that the partner asks for; answers the id of what waits. */
export async function proposePlace({ db, team, people }: Keepers, typed: TypedPlace = SERVICE, by = people.partner): Promise<number> {
  const { path } = await openPlace(db, by, team, { content: await contentOf(db, typed), clientKey: randomUUID() })
  return Number(slugOfPath(path))
}

/** A place of the partner's, that the sergeant agreed to. */
export async function makeService(keepers: Keepers, typed: TypedPlace = SERVICE): Promise<PlacePage> {
  const id = await proposePlace(keepers, typed)
  const { path } = await answerProposal(keepers.db, keepers.people.sergeant, id, { answer: 'agreed', note: null })
  return placeBySlug(keepers.db, slugOfPath(path))
}

export const changesOf = (db: Database, placeId: number) =>
  db.select().from(placeChanges).where(eq(placeChanges.placeId, placeId)).orderBy(asc(placeChanges.id))
