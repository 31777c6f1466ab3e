/**
 * Pseudonyms: two words of these lists. Nobody types one, so that none tells who somebody is; nobody else in the force writes under the same. What could be taken
 * for the name of a person is not among them.
 */
import { randomInt } from 'node:crypto'
import { and, inArray, like } from 'drizzle-orm'
import { accounts } from '../accounts/schema.ts'
import type { Db } from '../database/database.ts'

const COLOURS =
  'Azure Blue Bronze Brown Chestnut Cinnamon Clay Cobalt Copper Cream Crimson Emerald Fawn Flint Golden Green Grey Indigo Ivory Lavender Lemon Lilac Lime Mauve Mint Mustard Ochre Orange Pink Plum Purple Red Russet Rust Salmon Sand Sapphire Sepia Silver Slate Tawny Turquoise White Yellow'.split(
    ' ',
  )
const BIRDS =
  'Avocet Bittern Blackbird Brambling Bullfinch Bunting Buzzard Chaffinch Chiffchaff Chough Coot Cormorant Corncrake Crane Crossbill Cuckoo Curlew Dabchick Dipper Dotterel Dove Dunlin Dunnock Eider Fieldfare Firecrest Fulmar Gadwall Gannet Godwit Goldcrest Goldeneye Goldfinch Goosander Goshawk Grebe Greenfinch Greenshank Guillemot Harrier Hawfinch Heron Hobby Hoopoe Jackdaw Kestrel Kingfisher Kite Kittiwake Knot Lapwing Linnet Magpie Mallard Moorhen Nightingale Nightjar Nuthatch Oriole Osprey Ouzel Owl Partridge Peregrine Petrel Pipit Plover Pochard Puffin Quail Rail Redpoll Redshank Redstart Redwing Rook Ruff Sanderling Sandpiper Serin Shearwater Shelduck Shoveler Shrike Siskin Skua Skylark Snipe Sparrow Spoonbill Starling Stint Stonechat Stork Swallow Swan Swift Teal Tern Thrush Treecreeper Turnstone Twite Wagtail Warbler Waxwing Wheatear Whimbrel Whinchat Wigeon Woodcock Woodlark Woodpecker Wren Wryneck Yellowhammer'.split(
    ' ',
  )

const known = new Set(COLOURS.flatMap((colour) => BIRDS.map((bird) => `${colour} ${bird}`)))

/** How many there are. */
export const PSEUDONYMS = known.size

export const isPseudonym = (name: string): boolean => known.has(name)

/** Where the mailbox of such an account would be, which it has not. */
export const NOWHERE = 'persona.invalid'

const SUGGESTED = 3
/** So many are drawn, so that some are free however many are taken. */
const DRAWN = 24

/** Three that nobody has, drawn anew each time. */
export async function suggestPseudonyms(db: Db): Promise<string[]> {
  const drawn = [...new Set(Array.from({ length: DRAWN }, drawOne))]
  const taken = await db
    .select({ name: accounts.displayName })
    .from(accounts)
    .where(and(inArray(accounts.displayName, drawn), like(accounts.email, `persona-%@${NOWHERE}`)))
  const gone = new Set(taken.map(({ name }) => name))
  return drawn.filter((name) => !gone.has(name)).slice(0, SUGGESTED)
}

const drawOne = (): string => `${COLOURS[randomInt(COLOURS.length)]} ${BIRDS[randomInt(BIRDS.length)]}`
