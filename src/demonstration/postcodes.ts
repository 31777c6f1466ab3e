/**
 * A few postcodes of public places, with positions read off a map: enough to try the search. The real tables come by import.
 */
export interface PlannedPostcode {
  postcode: string
  /** What is there, for whoever reads this list. */
  where: string
  /** Latitude and longitude; null where none is known. */
  at: readonly [lat: number, lng: number] | null
  terminated?: string
  /** Of another force. */
  force?: string
}

/** Nottinghamshire Police. */
const NOTTINGHAMSHIRE = 'E23000019'

export const PLANNED_POSTCODES: readonly PlannedPostcode[] = [
  { postcode: 'LN4 2LE', where: 'Bracebridge Heath', at: [53.1943, -0.5357] },
  { postcode: 'LN4 2LD', where: 'Bracebridge Heath, next to it', at: [53.1948, -0.536] },
  { postcode: 'LN4 2JX', where: 'on the hill, with Lincoln Bracebridge across the road', at: [53.1973, -0.5393] },
  { postcode: 'LN5 9ER', where: 'Waddington', at: [53.166, -0.538] },
  { postcode: 'LN5 8RP', where: 'foot of Cross O’Cliff Hill', at: [53.1992, -0.5496] },
  { postcode: 'LN1 1YL', where: 'County Offices, Lincoln', at: [53.2315, -0.5456] },
  { postcode: 'LN1 3AA', where: 'Lincoln Castle', at: [53.2346, -0.5391] },
  { postcode: 'LN2 1PX', where: 'Lincoln Cathedral', at: [53.2341, -0.5378] },
  { postcode: 'LN2 2LT', where: 'police headquarters, Nettleham', at: [53.2687, -0.4914] },
  { postcode: 'LN6 9BB', where: 'North Hykeham', at: [53.1849, -0.594] },
  { postcode: 'LN5 0EB', where: 'Navenby', at: [53.107, -0.5259] },
  { postcode: 'LN4 1BE', where: 'Washingborough', at: [53.2227, -0.476] },
  { postcode: 'LN8 3EA', where: 'Market Rasen racecourse', at: [53.3797, -0.3142] },
  { postcode: 'LN9 6PH', where: 'Horncastle', at: [53.2037, -0.1076] },
  { postcode: 'LN10 6QG', where: 'Woodhall Spa', at: [53.1575, -0.2213] },
  { postcode: 'LN11 8UP', where: 'Manby', at: [53.3609, 0.0961] },
  { postcode: 'NG34 7EF', where: 'council offices, Sleaford', at: [52.996, -0.409] },
  { postcode: 'NG31 6PZ', where: 'St Peter’s Hill, Grantham', at: [52.911, -0.641] },
  { postcode: 'PE21 8QR', where: 'West Street, Boston', at: [52.977, -0.028] },
  { postcode: 'PE11 2XE', where: 'council offices, Spalding', at: [52.784, -0.152] },
  { postcode: 'PE25 1DA', where: 'North Parade, Skegness', at: [53.149, 0.343] },
  { postcode: 'PE9 2DR', where: 'Town Hall, Stamford', at: [52.651, -0.477] },
  { postcode: 'DN21 2NA', where: 'Guildhall, Gainsborough', at: [53.397, -0.774] },
  { postcode: 'LN4 2ZA', where: 'made up: Grantham Road', at: [53.1906, -0.5312] },
  { postcode: 'LN4 2ZB', where: 'made up: the allotments', at: [53.1885, -0.5395] },
  { postcode: 'LN4 2ZD', where: 'made up: St John’s Park', at: [53.1967, -0.5302] },
  { postcode: 'LN4 2ZE', where: 'made up: the primary school', at: [53.1951, -0.5381] },
  { postcode: 'LN4 2ZF', where: 'made up: Canwick', at: [53.2085, -0.5255] },
  { postcode: 'LN4 2WZ', where: 'made up: as if it had been in Bracebridge Heath once', at: [53.1925, -0.5362], terminated: '201806' },
  { postcode: 'LN4 2ZY', where: 'made up: nobody says where it lies', at: null },
  { postcode: 'NG24 1DU', where: 'Town Hall, Newark', at: [53.0765, -0.8095], force: NOTTINGHAMSHIRE },
  { postcode: 'DN22 6DB', where: 'Retford', at: [53.3225, -0.9435], force: NOTTINGHAMSHIRE },
]
