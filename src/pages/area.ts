/** Where a team's boundary runs: a drawing and a list for everybody, a map that moves for those who want one, GeoJSON for programs. */
import type { FastifyInstance } from 'fastify'
import type { Config } from '../config.ts'
import { widen } from '../geography/geometry.ts'
import { sketch, type Sketch } from '../geography/sketch.ts'
import { teamAt, type Team, type TeamName } from '../teams/team.ts'
import { anyone } from '../web/access.ts'
import { answerUnlessUnchanged } from '../web/unchanged.ts'
import { boundaryOf, geoJsonOf, type Boundary } from './boundary.ts'

declare module '../web/page.ts' {
  interface Views {
    'pages/area': {
      team: Team
      wards: string[]
      neighbours: TeamName[]
      /** The team's own line first, then those of the neighbours. Null where nobody has drawn the area. */
      drawing: Sketch | null
      tiles: Config['tiles']
    }
  }
}

/** So much of what is next door shows in the drawing, in metres. */
const MARGIN = 300

export async function areaRoutes(app: FastifyInstance): Promise<void> {
  const open = { config: { access: anyone } }

  app.get<{ Params: { team: string } }>('/teams/:team/area', open, async (request, reply) => {
    const team = await teamAt(app.db, request.params.team)
    if (typeof team === 'string') return reply.redirect(`/teams/${team}/area`, 301)
    const boundary = await boundaryOf(app.db, team)
    return reply.page(
      'pages/area',
      { team, wards: boundary.wards, neighbours: boundary.neighbours, drawing: drawingOf(boundary), tiles: app.config.tiles },
      {
        title: `Where the ${team.name} team’s area runs`,
        description: `The area of the ${team.name} team: a map, and a list of the places in it.`,
        files: ['map.css', 'map.js'],
      },
    )
  })

  app.get<{ Params: { team: string } }>('/teams/:team/area.geojson', open, async (request, reply) => {
    const team = await teamAt(app.db, request.params.team)
    if (typeof team === 'string') return reply.redirect(`/teams/${team}/area.geojson`, 301)
    const body = JSON.stringify(geoJsonOf(team, await boundaryOf(app.db, team), app.config.publicUrl))
    return answerUnlessUnchanged(reply, 'application/geo+json; charset=utf-8', body)
  })
}

function drawingOf({ box, parts, neighbours }: Boundary): Sketch | null {
  return box === null ? null : sketch([parts, ...neighbours.map((team) => team.parts)], widen(box, MARGIN))
}
