/**
 * The territorial police forces of the United Kingdom: the 44 that data.police.uk lists, in its order, and the four beyond it.
 * So that a resident of elsewhere can be sent to the right door.
 */
export interface Force {
  /** The id at data.police.uk, also the first part of its addresses there. */
  id: ForceId
  name: string
  /** The code of its area at the Office for National Statistics, as postcode files have it. */
  areaCode: string
  website?: string
}

/** Those that data.police.uk publishes neighbourhoods of. */
const LISTED = [
  { id: 'avon-and-somerset', name: 'Avon and Somerset Constabulary', areaCode: 'E23000036', website: 'https://www.avonandsomerset.police.uk/' },
  { id: 'bedfordshire', name: 'Bedfordshire Police', areaCode: 'E23000026', website: 'https://www.beds.police.uk/' },
  { id: 'cambridgeshire', name: 'Cambridgeshire Constabulary', areaCode: 'E23000023', website: 'https://www.cambs.police.uk/' },
  { id: 'cheshire', name: 'Cheshire Constabulary', areaCode: 'E23000006', website: 'https://www.cheshire.police.uk/' },
  { id: 'city-of-london', name: 'City of London Police', areaCode: 'E23000034', website: 'https://www.cityoflondon.police.uk/' },
  { id: 'cleveland', name: 'Cleveland Police', areaCode: 'E23000013', website: 'https://www.cleveland.police.uk/' },
  { id: 'cumbria', name: 'Cumbria Constabulary', areaCode: 'E23000002', website: 'https://www.cumbria.police.uk/' },
  { id: 'derbyshire', name: 'Derbyshire Constabulary', areaCode: 'E23000018', website: 'https://www.derbyshire.police.uk/' },
  { id: 'devon-and-cornwall', name: 'Devon & Cornwall Police', areaCode: 'E23000035', website: 'https://www.devon-cornwall.police.uk/' },
  { id: 'dorset', name: 'Dorset Police', areaCode: 'E23000039', website: 'https://www.dorset.police.uk/' },
  { id: 'durham', name: 'Durham Constabulary', areaCode: 'E23000008', website: 'https://www.durham.police.uk/' },
  { id: 'essex', name: 'Essex Police', areaCode: 'E23000028', website: 'https://www.essex.police.uk/' },
  { id: 'gloucestershire', name: 'Gloucestershire Constabulary', areaCode: 'E23000037', website: 'https://www.gloucestershire.police.uk/' },
  { id: 'greater-manchester', name: 'Greater Manchester Police', areaCode: 'E23000005', website: 'https://www.gmp.police.uk/' },
  { id: 'gwent', name: 'Gwent Police', areaCode: 'W15000002', website: 'https://www.gwent.police.uk/' },
  { id: 'hampshire', name: 'Hampshire Constabulary', areaCode: 'E23000030', website: 'https://www.hampshire.police.uk/' },
  { id: 'dyfed-powys', name: 'Dyfed-Powys Police', areaCode: 'W15000004', website: 'https://www.dyfed-powys.police.uk/' },
  { id: 'hertfordshire', name: 'Hertfordshire Constabulary', areaCode: 'E23000027', website: 'https://www.herts.police.uk/' },
  { id: 'humberside', name: 'Humberside Police', areaCode: 'E23000012', website: 'https://www.humberside.police.uk/' },
  { id: 'kent', name: 'Kent Police', areaCode: 'E23000032', website: 'https://www.kent.police.uk/' },
  { id: 'lancashire', name: 'Lancashire Constabulary', areaCode: 'E23000003', website: 'https://www.lancashire.police.uk/' },
  { id: 'leicestershire', name: 'Leicestershire Police', areaCode: 'E23000021', website: 'https://www.leics.police.uk/' },
  { id: 'lincolnshire', name: 'Lincolnshire Police', areaCode: 'E23000020', website: 'https://www.lincs.police.uk/' },
  { id: 'merseyside', name: 'Merseyside Police', areaCode: 'E23000004', website: 'https://www.merseyside.police.uk/' },
  { id: 'metropolitan', name: 'Metropolitan Police Service', areaCode: 'E23000001', website: 'https://www.met.police.uk/' },
  { id: 'norfolk', name: 'Norfolk Constabulary', areaCode: 'E23000024', website: 'https://www.norfolk.police.uk/' },
  { id: 'north-wales', name: 'North Wales Police', areaCode: 'W15000001', website: 'https://www.northwales.police.uk/' },
  { id: 'north-yorkshire', name: 'North Yorkshire Police', areaCode: 'E23000009', website: 'https://www.northyorkshire.police.uk/' },
  { id: 'northamptonshire', name: 'Northamptonshire Police', areaCode: 'E23000022', website: 'https://www.northants.police.uk/' },
  { id: 'northumbria', name: 'Northumbria Police', areaCode: 'E23000007', website: 'https://www.northumbria.police.uk/' },
  { id: 'nottinghamshire', name: 'Nottinghamshire Police', areaCode: 'E23000019', website: 'https://www.nottinghamshire.police.uk/' },
  { id: 'northern-ireland', name: 'Police Service of Northern Ireland', areaCode: 'N23000000', website: 'https://www.psni.police.uk/' },
  { id: 'south-wales', name: 'South Wales Police', areaCode: 'W15000003', website: 'https://www.south-wales.police.uk/' },
  { id: 'south-yorkshire', name: 'South Yorkshire Police', areaCode: 'E23000011', website: 'https://www.southyorkshire.police.uk/' },
  { id: 'staffordshire', name: 'Staffordshire Police', areaCode: 'E23000015', website: 'https://www.staffordshire.police.uk/' },
  { id: 'suffolk', name: 'Suffolk Constabulary', areaCode: 'E23000025', website: 'https://www.suffolk.police.uk/' },
  { id: 'surrey', name: 'Surrey Police', areaCode: 'E23000031', website: 'https://www.surrey.police.uk/' },
  { id: 'sussex', name: 'Sussex Police', areaCode: 'E23000033', website: 'https://www.sussex.police.uk/' },
  { id: 'thames-valley', name: 'Thames Valley Police', areaCode: 'E23000029', website: 'https://www.thamesvalley.police.uk/' },
  { id: 'warwickshire', name: 'Warwickshire Police', areaCode: 'E23000017', website: 'https://www.warwickshire.police.uk/' },
  { id: 'west-mercia', name: 'West Mercia Police', areaCode: 'E23000016', website: 'https://www.westmercia.police.uk/' },
  { id: 'west-midlands', name: 'West Midlands Police', areaCode: 'E23000014', website: 'https://www.westmidlands.police.uk/' },
  { id: 'west-yorkshire', name: 'West Yorkshire Police', areaCode: 'E23000010', website: 'https://www.westyorkshire.police.uk/' },
  { id: 'wiltshire', name: 'Wiltshire Police', areaCode: 'E23000038', website: 'https://www.wiltshire.police.uk/' },
] as const

/** Scotland and the islands have police, but publish nothing there; their area codes are the pseudo-codes of postcode files. */
const BEYOND = [
  { id: 'police-scotland', name: 'Police Scotland', areaCode: 'S23000009', website: 'https://www.scotland.police.uk/' },
  { id: 'jersey', name: 'States of Jersey Police', areaCode: 'L99999999' },
  { id: 'guernsey', name: 'Guernsey Police', areaCode: 'L99999999', website: 'https://www.guernsey.police.uk/' },
  { id: 'isle-of-man', name: 'Isle of Man Constabulary', areaCode: 'M99999999' },
] as const

export type ForceId = (typeof LISTED)[number]['id'] | (typeof BEYOND)[number]['id']

/** The 44 forces of data.police.uk, in its order. */
export const forces: readonly Force[] = LISTED

const byId = new Map<string, Force>([...LISTED, ...BEYOND].map((force) => [force.id, force]))
// Both Channel Islands share one pseudo-code, which therefore names neither.
const byCode = new Map<string, Force>(
  [...LISTED, ...BEYOND].filter((force) => force.areaCode !== 'L99999999').map((force) => [force.areaCode, force]),
)

export function forceById(id: ForceId): Force {
  const force = byId.get(id)
  if (!force) throw new Error(`no such force: ${id}`)
  return force
}

/** The force with this id at data.police.uk, or null: for ids that come from outside. */
export const findForce = (id: string): Force | null => byId.get(id) ?? null

/** The force of an area code such as `E23000020`, or null when the code names none. */
export const forceByAreaCode = (code: string): Force | null => byCode.get(code) ?? null
