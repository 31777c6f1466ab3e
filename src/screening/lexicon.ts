/** Families of words that say the same for our purpose, and a way to ask whether they stand near each other in a sentence. */

type Words = ReadonlySet<string>

const words = (list: string): string[] => list.split(/\s{1,20}/).filter((word) => word !== '')
export const setOf = (...lists: string[]): Words => new Set(lists.flatMap(words))

/** "steal/stole/stolen" and regular verbs in all their forms; "grab+" doubles its last letter. */
function formsOf(list: string): string {
  return words(list)
    .flatMap((entry) => {
      const [base = '', ...irregular] = entry.split('/')
      const plain = base.replace('+', '')
      const stem = base.endsWith('+') ? `${plain}${plain.at(-1) ?? ''}` : plain.replace(/e$/, '')
      const past = /[^aeiou]y$/.test(plain) ? plain.replace(/y$/, 'ied') : `${stem}ed`
      const third = /(?:s|sh|ch|x|z)$/.test(plain) ? `${plain}es` : `${plain}s`.replace(/([^aeiou])ys$/, '$1ies')
      return [plain, third, `${stem}ing`, ...(irregular.length > 0 ? irregular : [past])]
    })
    .join(' ')
}

/** Each alone tells of a crime when somebody tells that it was done. */
export const CRIMES = setOf(`
  stole stolen pickpocketed nicked pinched robbed burgled snatched swiped looted ransacked jemmied shoplifted mugged vandalised vandalized
  keyed slashed torched defaced daubed graffitied scammed conned defrauded swindled groped raped molested assaulted stabbed spiked stalked
  harassed blackmailed carjacked kidnapped glassed headbutted bottled siphoned syphoned hijacked extorted rustled poached upskirted flashed
  joyriding hotwired robbing stealing nicking vandalising mugging shoplifting scamming burgling slashing keying poaching`)

/** What is a crime when somebody does it to a person or a thing of theirs. */
export const HARMS = setOf(
  formsOf(`
  smash break/broke/broken kick punch slap+ hit/hit hitting/hitting beat/beat/beaten shoot/shot throw/threw/thrown chuck lob+ 
  burn/burnt/burned cut/cut cutting/cutting rip+ snap+ wreck trash scratch dent bend/bent attack grab+ push shove strangle choke
  bite/bit/bitten spit/spat threaten  surround chase follow ram+ batter thump poison drug+ torment terrorise intimidate abuse harm
  injure kill trap+ damage destroy tamper
  force prise lever crowbar+ uproot topple scrawl spray paint scrape pull tip+ hurl pelt egg set/set setting/setting`),
  'cornered fired taken took nabbed lifted had emptied cloned hacked',
)

export const THINGS = setOf(`
  car cars van vans truck lorry bike bikes moped motorbike scooter quad trailer caravan tractor digger shed sheds garage garages house
  houses flat door doors window windows windscreen mirror mirrors wing tyre tyres lock locks padlock fence gate gates wall letterbox
  greenhouse allotment garden plants pots baskets bench benches statue memorial grave graves headstone church mosque chapel temple pavilion
  clubhouse school shop till float cash money purse wallet handbag bag phone mobile laptop tablet tv watch ring rings jewellery necklace
  coat jacket trainers tools drill saw mower strimmer ladder ladders copper lead cable diesel fuel petrol battery batteries converter
  plates satnav parcel parcels post bins bin sheep lambs cattle calves horse horses pony cat cats dog dogs chickens hens ducks swan swans
  crops field shelter bus defibrillator lights lamp camera cameras sign signs noticeboard playground swings swing slide goalposts goals
  nets kit
  boat outboard engine gas bottles tank account savings card identity name loans jar box tin safe machine kiosk stall cafe pub salon
  pharmacy surgery library`)

export const SOMEBODIES = setOf(`
  someone somebody someones somebodys they theyve he she hes shes lads lad kids men man bloke blokes guy guys youths youth teenagers yobs
  thieves thief burglars burglar scrotes scrote vandals vandal scammers scammer robbers robber gang
  group idiots idiot scumbag scumbags toerag toerags scum git gits ex neighbour neighbours stranger strangers woman women girls boys whoever
  coursers poachers drunk drunks nutter driver cyclist dealer dealers nextdoor doors`)

/** What does harm and is no crime: weather, trees, councils, ourselves. */
export const BLAMELESS = setOf(`
  tree trees storm wind gale snow frost ice flood rain lightning council councils contractors workmen builders bulldozer deer fox foxes
  badger badgers squirrel pheasant i we weve ive garage mot heat frost branch roots football
  hailstones seagull seagulls birds pigeons referee ref striker keeper goalkeeper`)

/** Whoever belongs to the police. */
export const OFFICERS = setOf(
  `
  pc pcso pcsos wpc sergeant sgt inspector insp constable officer officers policeman policewoman policemen copper coppers cop cops bobbies
  detective dc ds
`,
)

/** How officers treat people badly, said in one word. */
export const BAD_CONDUCT = setOf(`
  rude abrupt curt aggressive nasty abusive racist sexist homophobic transphobic dismissive disrespectful unprofessional patronising
  condescending sarcastic bullying bullied bully intimidating intimidated sneering sneered smirking smirked smug arrogant offensive hostile
  insulting insulted callous uncaring heartless stroppy snotty swore swearing sworn cursing cursed shouted shouting yelled yelling bellowed
  barked screamed snapped mocked mocking laughed laughing grinned grinning sniggered sniggering giggled shoved manhandled roughed slapped
  punched kicked kicking choked throttled kneed elbowed dragged slammed pinned tasered tazered cuffed handcuffed humiliated humiliating
  degrading belittled ridiculed taunted goaded threatened lied lying liar fabricated harassed harassing targeted targeting profiled
  discriminated discriminating discriminatory ignored ignoring fobbed brushed blamed stank stinking drunk reeked sleazy creepy flirted
  flirting leered ogled groped
  vile brutal thug thuggish heavyhanded bent corrupt unacceptable disgraceful appalling shameful slag slur spat gaslit gossiped gossiping
  tutted scoffed sighed shrugged yawned deleted tripped bruised bruises sobbing traumatised shaking`)

/** What takes the sting out of it. */
export const GOOD_CONDUCT = setOf(`
  thank thanks lovely kind kindly polite helpful helped brilliant fantastic great excellent superb star stars credit patient calm calmly
  thorough respectful reassuring professional friendly brave grateful appreciate appreciated bless
  hero heroes gentle fair smiled smiling wonderful amazing pleased caring good nice`)

/** Grave enough to call 999 when it is so now. */
export const GRAVE = setOf(`
  knife knives gun guns machete machetes shotgun rifle blade sword axe crossbow hostage unconscious unresponsive drowning choking bleeding
  strangling stabbed stabbing gunshots screaming trapped overdose overdosed suicidal seizure convulsing collapsed sparking electrocuted
  petrol flames ablaze explosion exploded grenade bomb ledge noose asphyxiating unconcious stabbin intruder burglars rape raping raped
  kidnapped attacked attacker attackers beaten blazing stamping stomping axes hatchet hammer machetes swords crowbar acid balaclava
  balaclavas blood gushing spurting overturned upturned wreckage drowned sinking mauled mauling savaged strangled throttling
  suffocating suffocated smothering ambushed cornered barricaded convulsions paralysed limp lifeless comatose fitting bleached scalded
  electrocution inferno engulfed evacuating stampede riot
  assailant gunman shooter attacker kidnapper abducted abducting ligature slit stabber gunfire crushed impaled haemorrhaging hypothermia
  anaphylactic anaphylaxis`)

/** It is so while it is written. */
export const NOWADAYS = setOf(
  `
  is are im hes shes theyre theres isnt arent cant cannot now currently still just quick hurry please help send omg has have wont s whats
  and ive theyve whos weve shell hell someones somebodys laying lying can see hear ladss nans mums dads lads partners mans womans
`,
)

/** Is there a word of one family with a word of another at most so many words away? Gives both indexes, in order. */
export function near(said: readonly string[], one: Words, other: Words, most: number): [number, number] | null {
  let [lastOne, lastOther] = [-Infinity, -Infinity]
  for (const [index, word] of said.entries()) {
    if (one.has(word)) lastOne = index
    if (other.has(word) && index !== lastOne) lastOther = index
    if (Math.abs(lastOne - lastOther) <= most) return [Math.min(lastOne, lastOther), Math.max(lastOne, lastOther)]
  }
  return null
}
