/**
 * The two clocks of an appeal, in UK time: 28 days to lodge it, to the same time of the day, whatever the clocks do in between; five working days
 * to decide it.
 */
import { afterHours, APPEAL_DAYS, workingHours } from '../moderation/clock.ts'
import { daysAfter } from '../text/moment.ts'

const APPEAL_WORKING_DAYS = 5
const HOURS_OF_A_DAY = 8

/** The last moment at which a decision made at `decidedAt` may be appealed. */
export const appealUntil = (decidedAt: Date): Date => daysAfter(decidedAt, APPEAL_DAYS)

/** When an appeal lodged at that moment has to be decided. */
export const appealDueAt = (lodgedAt: Date): Date => afterHours(lodgedAt, APPEAL_WORKING_DAYS * HOURS_OF_A_DAY, workingHours)
