/** The hour matters only to a test that says so: otherwise somebody is always at the desk. */
export const ALWAYS_STAFFED = { STAFFED_FROM: '0', STAFFED_UNTIL: '24' }
