/**
 * Bank holidays in England, as gov.uk/bank-holidays lists them, by the day on which they are kept. A year that is not listed has none here,
 * so deadlines of that year come a little early rather than late; add the next year's days when they are announced.
 */
export const BANK_HOLIDAYS: readonly string[] = [
  '2026-01-01', // New Year’s Day
  '2026-04-03', // Good Friday
  '2026-04-06', // Easter Monday
  '2026-05-04', // early May
  '2026-05-25', // spring
  '2026-08-31', // summer
  '2026-12-25', // Christmas Day
  '2026-12-28', // Boxing Day, which falls on a Saturday
  '2027-01-01', // New Year’s Day
  '2027-03-26', // Good Friday
  '2027-03-29', // Easter Monday
  '2027-05-03', // early May
  '2027-05-31', // spring
  '2027-08-30', // summer
  '2027-12-27', // Christmas Day, which falls on a Saturday
  '2027-12-28', // Boxing Day, which falls on a Sunday
  '2028-01-03', // New Year’s Day, which falls on a Saturday
  '2028-04-14', // Good Friday
  '2028-04-17', // Easter Monday
  '2028-05-01', // early May
  '2028-05-29', // spring
  '2028-08-28', // summer
  '2028-12-25', // Christmas Day
  '2028-12-26', // Boxing Day
]
