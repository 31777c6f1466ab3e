/** Helping each other, over HTTP: requests for help, good practice, issues. */
import type { FastifyInstance } from 'fastify'
import type { StaffItem } from '../network/list.ts'
import type { HelpPanel } from './help-panel.ts'
import { helpRoutes } from './help-routes.ts'
import type { IssuePanel, ShownLink } from './issue-panel.ts'
import { issueRoutes } from './issue-routes.ts'
import type { PracticePanel } from './practice.ts'
import { practiceRoutes } from './practice-routes.ts'
import type { Alike } from './similar.ts'
import type { Writing } from './writing.ts'

declare module '../web/page.ts' {
  interface Partials {
    'together/_help': { panel: HelpPanel }
    'together/_practice': { panel: PracticePanel }
    'together/_issue': { panel: IssuePanel }
    /** In a `ul.posts`, below an h2. `state` is the plate of the list, `line` what this list says besides. */
    'together/_links': { postId: number; links: ShownLink[] }
    'together/_entry': { post: StaffItem; state: { tone: string; text: string } | null; line: string | null }
    'together/_alike': { alike: Alike[]; announce: boolean }
    'together/_where': { writing: Writing }
    'together/_topics': { writing: Writing; keep: string }
  }
}

export async function togetherRoutes(app: FastifyInstance): Promise<void> {
  await app.register(helpRoutes)
  await app.register(practiceRoutes)
  await app.register(issueRoutes)
}
