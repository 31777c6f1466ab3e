/**
 * What ties a person to their pseudonym: a keyed hash of circle and account. The key of it is made from the secret of the installation, which is not in the database;
 * whoever has the one without the other learns nothing, and whoever has both can try every account.
 */
import { createHmac, hkdfSync } from 'node:crypto'
import type { Config } from '../config.ts'

export type Secret = Pick<Config, 'secret'>

const keyOf = ({ secret }: Secret): Buffer => Buffer.from(hkdfSync('sha256', secret, '', 'personas of support circles', 32))

/** The same for the same person and circle, and nothing like it for any other. Call it in a request of that person alone. */
export const personaKey = (config: Secret, circleId: number, accountId: number): string =>
  createHmac('sha256', keyOf(config)).update(`${circleId}:${accountId}`).digest('hex')
