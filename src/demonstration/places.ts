/**
 * The neighbourhoods of Lincolnshire Police: names and ids as the force gives them. Where each lies is a point near its middle, and what it covers
 * is a list of places, both written down from a map; enough to find one's way in a demonstration, no more.
 */
export interface PlannedTeam {
  /** The id at data.police.uk; null for the team that the demonstration is about. */
  id: string | null
  name: string
  /** Latitude and longitude. */
  centre: readonly [lat: number, lng: number]
  /** Places that people would name, parted by commas. */
  covers: string
}

const team = (id: string | null, name: string, lat: number, lng: number, covers: string): PlannedTeam => ({ id, name, centre: [lat, lng], covers })

export const BRACEBRIDGE_HEATH = team(
  null,
  'Bracebridge Heath',
  53.193,
  -0.534,
  'Bracebridge Heath, Waddington, Canwick, St John’s Park, RAF Waddington',
)

const LINCOLN = [
  team('NC12', 'Lincoln Abbey', 53.232, -0.52, 'Monks Road, St Giles Avenue, Tower Estate, Lincoln County Hospital'),
  team('NC17', 'Lincoln Birchwood', 53.212, -0.6, 'Birchwood, Doddington Road, Jasmin Green, Skellingthorpe Road'),
  team('NC16', 'Lincoln Boultham', 53.213, -0.56, 'Boultham, Boultham Park, Dixon Street, New Boultham'),
  team('NC20', 'Lincoln Bracebridge', 53.204, -0.554, 'Bracebridge, Newark Road, Manse Estate, Brant Road, Cross O’Cliff Hill'),
  team('NC13', 'Lincoln Carholme', 53.232, -0.556, 'West End, Carholme Road, Brayford, University of Lincoln, West Common'),
  team('NC14', 'Lincoln City Centre', 53.229, -0.541, 'Lincoln, High Street, Cornhill, Steep Hill, Lincoln Central Station'),
  team('NC11', 'Lincoln Glebe', 53.243, -0.522, 'St Giles, Glebe Park, Wragby Road, Outer Circle Road'),
  team('NC18', 'Lincoln Hartsholme', 53.21, -0.583, 'Hartsholme, Hartsholme Park, Swanholme, Swanpool'),
  team('NC10', 'Lincoln Minster and Castle', 53.239, -0.542, 'Bailgate, Uphill Lincoln, Ermine, Burton Road, Newport'),
  team('NC19', 'Lincoln Moorland', 53.202, -0.575, 'Moorland, Tritton Road, Moorland Avenue, Forest Park'),
  team('NC15', 'Lincoln Park Ward', 53.221, -0.545, 'Sincil Bank, Lower High Street, South Park, Ripon Street'),
] as const

const KESTEVEN = [
  team('NC35', 'Cliff Villages', 53.1, -0.54, 'Navenby, Wellingore, Boothby Graffoe, Coleby, Harmston, Welbourn, Leadenham'),
  team('NC33', 'Hykeham Rural', 53.15, -0.66, 'Bassingham, Swinderby, Thorpe on the Hill, Witham St Hughs, Aubourn, Eagle'),
  team('NC34', 'Hykeham Town', 53.183, -0.596, 'North Hykeham, South Hykeham, Newark Road, Mill Lane, Whisby'),
  team(
    'NC39',
    'Washingborough and Metheringham',
    53.205,
    -0.45,
    'Washingborough, Heighington, Branston, Metheringham, Nocton, Potterhanworth, Dunston',
  ),
  team('NC38', 'Sleaford Rural North', 53.06, -0.4, 'Ruskington, Billinghay, Leasingham, Cranwell, Digby, Dorrington, North Kyme'),
  team('NC36', 'Sleaford Rural South', 52.945, -0.38, 'Heckington, Helpringham, Osbournby, Great Hale, Silk Willoughby, Aswarby, Folkingham'),
  team('NC37', 'Sleaford Town', 52.998, -0.413, 'Sleaford, Quarrington, Southgate, Holdingham'),
  team('NC40', 'Grantham Rural North', 52.985, -0.63, 'Caythorpe, Ancaster, Barkston, Long Bennington, Claypole, Hougham, Belton'),
  team('NC41', 'Grantham Rural South', 52.825, -0.6, 'Colsterworth, Corby Glen, Great Gonerby, Ropsley, South Witham, Harlaxton, Denton'),
  team('NC44', 'Grantham Town Centre', 52.912, -0.642, 'Grantham, St Peter’s Hill, Wyndham Park, Watergate'),
  team('NC43', 'Grantham Town East', 52.916, -0.62, 'Harrowby, St Anne’s, Hills and Hollows, Alma Park'),
  team('NC42', 'Grantham Town West', 52.914, -0.664, 'Earlesfield, Barrowby Gate, Green Hill, Dysart Road'),
  team('NC45', 'Bourne and Billingborough', 52.795, -0.37, 'Bourne, Billingborough, Morton, Thurlby, Rippingale, Dowsby, Edenham'),
  team('NC46', 'Stamford Rural', 52.7, -0.49, 'Great Casterton Road, Ryhall Road, Carlby, Castle Bytham, Greatford, Careby'),
  team('NC48', 'Stamford Town', 52.653, -0.478, 'Stamford, St Martin’s, Little Casterton Road, The Meadows'),
  team(
    'NC47',
    'Market Deeping and Uffington',
    52.675,
    -0.335,
    'Market Deeping, Deeping St James, Uffington, Langtoft, Baston, Tallington, West Deeping',
  ),
] as const

const HOLLAND = [
  team('NC29', 'Boston Rural East', 53.025, 0.09, 'Butterwick, Old Leake, Wrangle, Freiston, Leverton, Benington, Fishtoft'),
  team('NC28', 'Boston Rural West', 52.945, -0.14, 'Kirton, Swineshead, Sutterton, Bicker, Wigtoft, Brothertoft, Wyberton'),
  team('NC32', 'Boston Town Centre', 52.978, -0.025, 'Boston, Market Place, West Street, Boston Stump, Central Park'),
  team('NC30', 'Boston Town East', 52.978, 0.0, 'Skirbeck, Fenside Road East, Horncastle Road, Freiston Road, Burgess Pit'),
  team('NC31', 'Boston Town West', 52.975, -0.05, 'Fenside, Carlton Road, Brothertoft Road, Sleaford Road, Woodville'),
  team('NC22', 'Holbeach Town and Rural', 52.804, 0.015, 'Holbeach, Gedney, Fleet, Whaplode, Holbeach St Marks, Gedney Hill'),
  team('NC26', 'Spalding Estates', 52.797, -0.175, 'Wygate Park, Monks House Lane, Pinchbeck Road, Woolram Wygate'),
  team('NC23', 'Spalding Rural East', 52.82, -0.075, 'Weston, Moulton, Moulton Seas End, Moulton Chapel, Surfleet Seas End'),
  team('NC24', 'Spalding Rural North', 52.87, -0.175, 'Pinchbeck, Gosberton, Donington, Quadring, Surfleet, West Pinchbeck'),
  team('NC25', 'Spalding Rural South', 52.71, -0.15, 'Crowland, Cowbit, Deeping St Nicholas, Little London'),
  team('NC27', 'Spalding Town', 52.787, -0.15, 'Spalding, Ayscoughfee, Sheep Market, Winsover Road, Castle Field'),
  team('NC21', 'The Suttons', 52.765, 0.13, 'Long Sutton, Sutton Bridge, Tydd St Mary, Tydd Gote, Lutton, Sutton St James'),
] as const

const LINDSEY = [
  team('NC52', 'Alford', 53.26, 0.178, 'Alford, Willoughby, Bilsby, Huttoft, Aby, Claxby St Andrew, South Thoresby'),
  team('NC09', 'Caistor', 53.5, -0.31, 'Caistor, Nettleton, North Kelsey, South Kelsey, Keelby, Grasby, Great Limber'),
  team('NC01', 'Gainsborough Rural North', 53.465, -0.68, 'Scotter, Blyton, Laughton, Kirton Road, Scotton, East Ferry, Morton by Gainsborough'),
  team('NC05', 'Gainsborough Rural South', 53.32, -0.68, 'Saxilby, Lea, Marton, Torksey, Sturton by Stow, Upton, Knaith'),
  team('NC02', 'Gainsborough Town North', 53.408, -0.775, 'Gainsborough, North Street, Morton Road, Ropery Road'),
  team('NC03', 'Gainsborough Town South', 53.387, -0.77, 'Marshall’s Yard, Trinity Street, Ashcroft Road, Lea Road'),
  team('NC04', 'Gainsborough Uphills', 53.398, -0.75, 'Park Springs, The Avenue, Corringham Road, Heapham Road, Whites Wood'),
  team('NC56', 'Horncastle and Wragby', 53.225, -0.15, 'Horncastle, Wragby, Baumber, Thimbleby, Minting, Bardney, Belchford'),
  team('NC51', 'Ingoldmells and Chapel St. Leonards', 53.205, 0.33, 'Ingoldmells, Chapel St Leonards, Hogsthorpe, Addlethorpe, Anderby Creek'),
  team('NC54', 'Louth Rural', 53.415, 0.06, 'Manby, Grimoldby, North Somercotes, Tetney, Fulstow, Binbrook, Ludborough, Saltfleet'),
  team('NC55', 'Louth Town', 53.367, -0.005, 'Louth, Eastgate, Legbourne Road, Westgate, Hubbard’s Hills'),
  team('NC53', 'Mablethorpe', 53.335, 0.255, 'Mablethorpe, Sutton on Sea, Trusthorpe, Sandilands, Theddlethorpe, Maltby le Marsh'),
  team('NC08', 'Market Rasen', 53.39, -0.32, 'Market Rasen, Middle Rasen, West Rasen, Tealby, Osgodby, Legsby, Walesby'),
  team('NC07', 'Nettleham', 53.265, -0.47, 'Nettleham, Cherry Willingham, Reepham, Sudbrooke, Langworth, Scothern, Fiskerton'),
  team('NC50', 'Skegness', 53.145, 0.335, 'Skegness, Winthorpe, Seacroft, Lumley Road, Clock Tower, Beacon Park'),
  team('NC57', 'Spilsby', 53.173, 0.095, 'Spilsby, Hundleby, Halton Holegate, Partney, Stickney, Old Bolingbroke, Hagworthingham'),
  team('NC49', 'Wainfleet and Burgh Le Marsh', 53.12, 0.225, 'Wainfleet, Burgh le Marsh, Friskney, Thorpe St Peter, Croft, Orby, Bratoft'),
  team('NC06', 'Welton and Hemswell', 53.345, -0.52, 'Welton, Dunholme, Hemswell, Ingham, Glentham, Scampton, Hackthorn, Waddingham'),
  team(
    'NC58',
    'Woodhall Spa, Coningsby and Tattershall',
    53.115,
    -0.19,
    'Woodhall Spa, Coningsby, Tattershall, Kirkby on Bain, Martin, Mareham le Fen, New York',
  ),
] as const

export const PLANNED_TEAMS: readonly PlannedTeam[] = [BRACEBRIDGE_HEATH, ...LINCOLN, ...KESTEVEN, ...HOLLAND, ...LINDSEY]
