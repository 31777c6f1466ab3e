/** The administrators' desk: people and their roles, teams and what their pages show. */
import type { FastifyInstance } from 'fastify'
import { peopleRoutes } from './people-routes.ts'
import { teamRoutes } from './team-routes.ts'

export async function adminRoutes(app: FastifyInstance): Promise<void> {
  await app.register(peopleRoutes)
  await app.register(teamRoutes)
}
