/** Feeds over HTTP: Atom and JSON Feed beside the page that shows the same, answered with 304 while nothing changed. */
import type { FastifyInstance } from 'fastify'
import { slugOf } from '../text/slug.ts'
import { teamAt } from '../teams/team.ts'
import { anyone } from '../web/access.ts'
import { logFilterOf, logQueryOf } from '../moderation/log-filter.ts'
import { parseId } from '../web/forms.ts'
import { forceFeed, tagFeed, teamFeed } from './feed.ts'
import { answerUnlessUnchanged } from '../web/unchanged.ts'
import { logFeed } from './log-feed.ts'
import { talkFeed } from './talk-feed.ts'

const FORMATS = [
  { format: 'atom', type: 'application/atom+xml; charset=utf-8', write: 'atom1' },
  { format: 'json', type: 'application/feed+json; charset=utf-8', write: 'json1' },
] as const

export async function feedRoutes(app: FastifyInstance): Promise<void> {
  const open = { config: { access: anyone } }

  app.get('/moderation-log/feed.atom', open, async (request, reply) => {
    const filter = logFilterOf(request.query)
    const feed = await logFeed(app.db, app.config, filter, logQueryOf(filter))
    return answerUnlessUnchanged(reply, FORMATS[0].type, feed.atom1())
  })

  for (const { format, type, write } of FORMATS) {
    app.get(`/feed.${format}`, open, async (_request, reply) =>
      answerUnlessUnchanged(reply, type, (await forceFeed(app.db, app.config, format))[write]()),
    )

    app.get<{ Params: { id: string } }>(`/conversations/:id/feed.${format}`, open, async (request, reply) => {
      const feed = await talkFeed(app.db, app.config, parseId(request.params.id), format)
      return answerUnlessUnchanged(reply, type, feed[write]())
    })

    app.get<{ Params: { team: string } }>(`/teams/:team/feed.${format}`, open, async (request, reply) => {
      const team = await teamAt(app.db, request.params.team)
      if (typeof team === 'string') return reply.redirect(`/teams/${team}/feed.${format}`, 301)
      const feed = await teamFeed(app.db, app.config, team, format)
      return answerUnlessUnchanged(reply, type, feed[write]())
    })

    app.get<{ Params: { tag: string } }>(`/tags/:tag/feed.${format}`, open, async (request, reply) => {
      const feed = await tagFeed(app.db, app.config, slugOf(request.params.tag), format)
      return answerUnlessUnchanged(reply, type, feed[write]())
    })
  }
}
