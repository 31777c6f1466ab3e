/**
 * Drafts and forms with files, for the tests of photos and attachments.
 */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, existsSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SignedIn } from '../../src/actor.ts'
import type { Database } from '../../src/database/database.ts'
import { drafts, type PostKind } from '../../src/posts/schema.ts'
import type { TeamName } from '../../src/teams/team.ts'

/** A folder of its own for uploads, and what lies in it. */
export function uploadsFolder(): { path: string; files(): string[]; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'blue-lamp-uploads-'))
  return {
    path,
    files: () => (existsSync(path) ? readdirSync(path).toSorted() : []),
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

export async function makeDraft(db: Database, author: SignedIn, team: TeamName, change: Partial<typeof drafts.$inferInsert> = {}) {
  const kind: PostKind = 'update'
  const values = { kind, teamId: team.id, authorId: author.accountId, officialRole: 'officer' as const, clientKey: randomUUID(), form: {} }
  const [draft] = await db
    .insert(drafts)
    .values({ ...values, ...change })
    .returning()
  if (!draft) throw new Error('no draft')
  return draft
}

export interface Part {
  name: string
  value?: string
  file?: { filename: string; type?: string; bytes: Buffer }
}

const BOUNDARY = 'a-boundary-of-the-tests'

/** A form with files as browsers send it. */
export function multipart(parts: readonly Part[]): { headers: Record<string, string>; payload: Buffer } {
  const pieces = parts.flatMap(({ name, value, file }) => [
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"`),
    file
      ? Buffer.concat([Buffer.from(`; filename="${file.filename}"\r\nContent-Type: ${file.type ?? 'application/octet-stream'}\r\n\r\n`), file.bytes])
      : Buffer.from(`\r\n\r\n${value ?? ''}`),
    Buffer.from('\r\n'),
  ])
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, 'sec-fetch-site': 'same-origin' },
    payload: Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]),
  }
}
