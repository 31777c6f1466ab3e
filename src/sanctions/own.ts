/**
 * What an account reads about itself: its sanctions, each with the decision it is tied to and the way to object, and who looked up who it is.
 */
import { desc, eq } from 'drizzle-orm'
import { LOOK_UP_TITLES, lookUpsOf, type LookUpShown } from '../accounts/look-up.ts'
import { sanctions, type SanctionKind } from '../accounts/schema.ts'
import { roleName, type SignedIn } from '../actor.ts'
import { now } from '../clock.ts'
import type { Db } from '../database/database.ts'
import { reasonTitles } from '../moderation/reason.ts'
import { decisions } from '../moderation/schema.ts'
import { standingOf, type Standing } from './policy.ts'
import { WORDING } from './wording.ts'

export interface OwnSanction {
  id: number
  kind: SanctionKind
  name: string
  /** What it means for the person. */
  means: string
  standing: Standing
  publicText: string
  startsAt: Date
  endsAt: Date | null
  liftedAt: Date | null
  liftedBecause: string | null
  /** Of the decision to which it is tied. */
  reason: string | null
  decidedAt: Date
  /** The page on which one reads the decision and appeals against it. */
  path: string
}

export interface OwnLookUp {
  id: number
  at: Date
  role: string
  reason: string
}

export interface OwnRecord {
  /** What restricts the account now, or will; then what no longer does. Newest first. */
  current: OwnSanction[]
  past: OwnSanction[]
  lookUps: OwnLookUp[]
  moreLookUps: boolean
}

declare module '../web/page.ts' {
  interface Views {
    'sanctions/look-ups': { lookUps: OwnLookUp[]; next: number | null; first: boolean; moment: Date }
  }
  interface Partials {
    'sanctions/_own': { record: OwnRecord; now: Date }
    'sanctions/_own-sanction': { sanction: OwnSanction; now: Date }
    'sanctions/_own-look-ups': { lookUps: OwnLookUp[]; now: Date }
  }
}

/** So many on the page of the account; all of them by link. */
const LOOK_UPS_SHOWN = 3
const SANCTIONS_SHOWN = 50

export async function ownRecord(db: Db, actor: SignedIn): Promise<OwnRecord> {
  const [own, looks] = await Promise.all([ownSanctions(db, actor), ownLookUps(db, actor, null)])
  const isCurrent = ({ standing }: OwnSanction): boolean => standing === 'in-force' || standing === 'to-come'
  return {
    current: own.filter(isCurrent),
    past: own.filter((sanction) => !isCurrent(sanction)),
    lookUps: looks.lookUps.slice(0, LOOK_UPS_SHOWN),
    moreLookUps: looks.lookUps.length > LOOK_UPS_SHOWN,
  }
}

/** Who looked up who this is, a page at a time by key. */
export async function ownLookUps(db: Db, actor: SignedIn, before: number | null): Promise<{ lookUps: OwnLookUp[]; next: number | null }> {
  const { items, next } = await lookUpsOf(db, actor, before)
  return { lookUps: items.map(sayLookUp), next }
}

export const sayLookUp = ({ id, at, role, reason }: LookUpShown): OwnLookUp => ({ id, at, role: roleName(role), reason: LOOK_UP_TITLES[reason] })

async function ownSanctions(db: Db, actor: SignedIn): Promise<OwnSanction[]> {
  const rows = await db
    .select({ sanction: sanctions, caseId: decisions.caseId, code: decisions.reasonCode, decidedAt: decisions.at })
    .from(sanctions)
    .innerJoin(decisions, eq(decisions.id, sanctions.decisionId))
    .where(eq(sanctions.accountId, actor.accountId))
    .orderBy(desc(sanctions.id))
    .limit(SANCTIONS_SHOWN)
  if (rows.length === 0) return []
  const [titles, moment] = [await reasonTitles(db), now()]
  return rows.map(({ sanction, caseId, code, decidedAt }) => ({
    id: sanction.id,
    kind: sanction.kind,
    name: WORDING[sanction.kind].name,
    means: WORDING[sanction.kind].means,
    standing: standingOf(sanction, moment),
    publicText: sanction.publicText,
    startsAt: sanction.startsAt,
    endsAt: sanction.endsAt,
    liftedAt: sanction.liftedAt,
    liftedBecause: sanction.liftedBecause,
    reason: code === null ? null : (titles.get(code) ?? code),
    decidedAt,
    path: `/account/cases/${caseId}`,
  }))
}
