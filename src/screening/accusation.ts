/**
 * A named person of whom somebody says that they committed something. What happened to a named person, what an officer did, history and
 * football are none: the deed has to be said of the name, in the words that stand right behind it, or "by" the name.
 */
import type { Span } from './plain.ts'
import { nameLengthAt } from './names.ts'
import { oneOf, unbroken, type Saying, spanOf } from './saying.ts'

const PERSON_NOUN = oneOf(`thief, thieves, thieving \\S{1,15}, dealer, dealers, drug dealer, drug dealers, drugs dealer, burglar, burglars,
    robber, robbers, rapist, rapists, paedo, paedos, pedo, peado, paedophile, pedophile, nonce, nonces, nonse, murderer, killer, arsonist,
    fraudster, fraud, scammer, conman, con man, con artist, crook, crooks, criminal, criminals, wife beater, child molester, sex offender,
    pervert, perv, stalker, groomer, shoplifter, poacher, drug runner, smackhead dealer, crack dealer, weed dealer, mugger, vandal, abuser,
    blackmailer, drink driver, drunk driver, cannabis grower, fence for stolen \\S{1,15}, terrorist, loan shark, violent drunk, danger to women,
    danger to kids, danger to children, bully, racist, nazi, junkie thief, animal abuser, dog thief, benefit cheat, cheat, liar and, rogue trader,
    cowboy builder, cat killer, wrong un, gangster, pimp, trafficker, people trafficker, hitman, arsonists, flasher, peeping tom, hare courser`)
const DRUGS = oneOf(`drugs, drug, coke, cocaine, crack, weed, heroin, smack, spice, ket, pills, cannabis, skunk, mdma, speed, gear, vapes, fags,
    cigs, booze, knives, stolen \\S{1,15}`)
const VICTIM = oneOf(`me, my, our, us, his, her, him, them, their, a, an, the, that, this, those, these, two, three, some, someone, somebody,
    people, kids, lads, cars, it, from, lead, bikes, both, old, off`)
const PAST_DEED = oneOf(`stole, stolen, robbed, nicked, nicks, pinched, burgled, broke into, broken into, broke in, mugged, assaulted, attacked,
    stabbed, shot, punched, beat up, beat ${VICTIM}, beaten, battered, glassed, headbutted, raped, groped, flashed, molested, groomed, touched up,
    murdered, torched, set fire, set light, burnt down, burned down, smashed, vandalised, trashed, keyed, slashed, graffitied, scammed, conned,
    defrauded, ripped off, blackmailed, threatened, stalked, kidnapped, poisoned, swindled, fiddled, forged, shoplifted, spiked, kicked in,
    kicked off, dealt drugs, sold drugs, sold weed, sold stolen, did the burglary, did the robbery, did it, did the break in, did the break ins,
    done the burglary, done it, exposed himself, flashed his, flashed at, pulled a knife, pulled a gun, pulled a blade, swung at, went for my,
    went for me, came at me, came at my, ran over, run over, ran down, knocked down, drove into, crashed into, hit my, hit me, slapped, kicked,
    kicked my, headbutted, strangled, choked, bit, spat at, spat in, threw a brick, threw bricks, put a brick, put the windows, poured, drowned,
    starved, hurt my, hurt our, hurt the, made off with, went off with, ran off with, walked off with, had away, took off with, cleaned out,
    cleared out, embezzled, pocketed, cloned, hacked, lied to the court, harassed, bullied my, racially abused, sent my daughter, sent my son,
    touched my, touched a, touched kids, touched children, forced himself, drugged, followed my daughter, imprisoned, dumped, poached, shot my,
    shot our, shot at, blinded, tortured, done over, did over, killed, helped himself to, helped herself to`)
const PROPERTY = oneOf(`purse, wallet, phone, bike, bikes, car, van, money, cash, bag, handbag, keys, laptop, tools, parcel, parcels, dog,
    jewellery, mower, trailer, quad, caravan, rings, watch, tablets, savings, card, cards`)
const DOING = oneOf(`dealing, dealing ${DRUGS}, selling ${DRUGS}, supplying, stealing, nicking, robbing, burgling, thieving, fiddling, scamming,
    conning, shoplifting, grooming, stalking, threatening, beating, hitting, abusing, assaulting, attacking, poaching, growing cannabis,
    growing weed, growing drugs, drink driving, drunk driving, breaking into, breaking in, smashing, vandalising, keying, slashing, setting fire,
    torching, molesting, blackmailing, flashing, pushing drugs, running drugs, hare coursing, laundering, laundering money, nicking everyones,
    casing, exposing himself, touching kids, touching children, messing with kids, ripping off, carrying a knife, fencing stolen, handling stolen,
    fiddling the, claiming benefits while, flogging stolen, poisoning, spiking, groping, running county lines, running a cannabis farm,
    making threats, sending threats, harassing, catfishing, defrauding, embezzling, torturing, starving his`)
const NOW_AND_THEN = oneOf(`deals, deals drugs, touches children, touches kids, messes with kids, exposes himself, carries a knife,
    carries a blade, nicks things, helps himself, helps herself, flogs stolen, fences, handles stolen, receives stolen, launders, claims benefits,
    runs county lines, runs the county lines, runs drugs, runs a drug, makes spice, robs people, sells ${DRUGS}, sell ${DRUGS}, supplies ${DRUGS},
    steals, nicks, robs, burgles, beats his, beats her, beats up, hits his, hits her, abuses, grows cannabis, grows weed, drink drives,
    drives drunk, drives pissed, breaks into, shoplifts, scams, cons people, gropes, flashes, grooms, stalks, threatens, smashes, keys cars,
    poaches, fiddles`)
const ONCE = oneOf(`key, nick, steal, rob, smash, break into, set fire, sell, deal, punch, stab, kick, torch, slash, vandalise, pinch, burgle,
    attack, assault, hit, take, shoplift`)

const ADVERBS = `(?: ${oneOf(`also, always, definitely, just, only, really, still, actually, probably, obviously, then, now, even, regularly,
    openly, well, clearly, basically, literally, allegedly, apparently, once, again, deffo, proper, who, that, often, out there, out`)}){0,2}`
const WHERE = `(?: ${oneOf('from, at, in, of, on, off, over, down, up')}(?: (?!${oneOf(`is, was, who, whos, that, has, said, says, told, asked,
    rang, called, reported, saw, found, caught, chased, stopped, gave, helped, spotted, rescued, tackled, can, will, could, would, wants, thinks,
    had, got`)} )[^ .?]{1,30}){1,4}?| next door| who (?:owns|runs|works|lives|has|drives|manages|does|
    used to)(?: (?!${oneOf('is, was, has')} )[^ .?]{1,20}){1,5}?| (?:my|our|her|the) neighbour| the \\S{1,15}| (?:round|over|
    across) the \\S{1,15}| and (?:his|her) \\S{1,15}){0,1}`
const WHO = `(?: \\.)?(?: ${oneOf(`who, that, he, she, they, hes, shes, theyre, whos, and he, and she, is the one who, is the one that,
    was the one who, is who, are the ones who, is the lad who, is the man who`)}){0,1}`
const BE = oneOf(`is, was, are, were, s, is being, has been, have been, been, is known to be, is nothing but, is just, keeps, keep, started,
    admitted, is always, is the one, was the one, are the ones, is the person, is the man, was the person, is out, was out, was caught,
    got caught, was seen, were seen, turned out to be`)
const ADJECTIVES = `(?: ${oneOf(`a, an, the, that, one, of, known, local, big, massive, biggest, total, complete, bloody, effing, convicted,
    proven, dirty, nasty, violent, benefit, vicious, evil, wicked, twisted, sick, drunken, dodgy, wanted, serial, habitual, career, petty,
    cheating, little, our, main, right, proper, notorious, well, pair, bunch, thieving, drug, lying, filthy, estates, towns, village,
    street`)}){0,4}`

const HARD = oneOf(`drugs, coke, cocaine, crack, weed, heroin, smack, spice, ket, pills, cannabis, mdma, county lines, stolen goods, stolen gear,
    dodgy, knocked off, vapes to kids, fags to kids, illegal`)
const MISCHIEF = oneOf(`burglaries, burglary, thefts, theft, robberies, robbery, break in, break ins, fires, fire, arson, dealing, drugs, drug,
    attack, attacks, assault, stabbing, shooting, murder, fraud, scam, scams, graffiti, vandalism, damage, rape, grooming, county lines,
    dog thefts, fly tipping, crime, crimes, poaching, coursing, gang`)

/** Words between a name and a deed that are not the deed of somebody else. */
const FREE = `(?: (?!${oneOf(`said, says, told, asked, rang, called, reported, saw, seen, found, caught, chased, stopped, thinks, think, thought,
    wants, gave, about, please, you, your, i, we, they, police, pc, officer, prevention, after, when, because, had, hates, wrote, posted, spoke,
    agrees, agree, not, never, no, isnt, didnt, doesnt, wasnt, whoever, somebody, someone, victim, witness, who`)} )[^ .?]{1,20}){0,5}?`
const CLEAR = oneOf(`stole, robbed, burgled, nicked my, nicked our, mugged, stabbed, raped, molested, groped, torched, vandalised, defrauded,
    scammed, conned, blackmailed, threatening people, threatening residents, chucking bricks, throwing bricks, chucking stones,
    throwing stones at, smashing windows, keying cars, nicking from, stealing from, robbing from, nicking, burgling, watching girls,
    watching kids, watching women, spying on, following girls, following women, drove home drunk, driving drunk, drives drunk, drunk driving,
    drove pissed, drove drunk, driving while banned, driving without insurance, hit his girlfriend, hit his wife, hit his, hit her, hitting his,
    beat his, beats his, beating his, hit a, hit an, hit the kid, hit that, hit my, hurt his, hurt her, punched, kicked his, kicked her, kicked a,
    kicked that, strangled, spat, put my [^ ]{1,12} in hospital, put him in hospital, put her in hospital, put someone in hospital, clocks them,
    clocking cars, clocks cars, dealing drugs, deals drugs, selling drugs, sells drugs, dealing, selling weed, set fire, starting fires,
    lighting fires, started the fire, started the fires, lit the fire, done the, poisoned, shot my, shot a, shot the, killed my, killed our,
    killed his, abused, abusing, exposing himself, starving, cheating the benefits, fiddling`)

const behind = (source: string): RegExp => new RegExp(`^${unbroken(source)}(?![^ ])`)

/** What may stand right behind a name. */
const SAID_OF = [
  behind(`${WHERE}${WHO}(?: (?:has|have|had|ve|s))?${ADVERBS} ${PAST_DEED}`),
  behind(`${WHERE}${WHO}(?: (?:has|have|had))? (?:took|taken|takes) (?:my|our|her|his|their|the)(?: [^ .?]{1,20})? ${PROPERTY}`),
  behind(`${WHERE}${WHO}(?: ${BE})?${ADVERBS}(?: ${BE})? ${DOING}`),
  behind(`${WHERE}(?: \\.)?(?: (?:who|that|he|she|they))? ${BE}${ADVERBS}${ADJECTIVES} ${PERSON_NOUN}`),
  behind(`${WHERE}(?: \\.)? (?:hes|shes|theyre|whos)${ADVERBS}${ADJECTIVES} ${PERSON_NOUN}`),
  behind(`${WHERE} (?:a|the|known|convicted) (?:[^ .?]{1,15} )?${PERSON_NOUN}`),
  behind(`${WHERE}${WHO}${ADVERBS} ${NOW_AND_THEN}`),
  behind(`${FREE}(?: (?:who|whos|he|hes|she|shes|has|have|been|s))?${FREE} ${CLEAR}`),
  behind(`${WHERE}${WHO}(?: (?:has|have|had|is|was|are|were|s|keeps on|has been|have been))?${ADVERBS} (?:gave|gives|giving|sold|selling|supplied|
    supplies|flogs|flogging|pushes|pushing|shifts|shifting|runs|running|dishes out|knocks out|makes|making|cooks|cooking|grows|growing|bringing|
    brings|importing|deals in|smuggles|smuggling|delivers|delivering|is on)(?: [^ .?]{1,20}){0,4}? ${HARD}`),
  behind(`${WHERE}(?: \\.)?(?: ${oneOf(`has, has got, got, hes got, shes got, s got, he has, she has, who has, keeps, hides, is hiding, stashes,
    theyve got`)})(?: [^ .?]{1,20}){0,5}? (?:weed|cannabis|cocaine|heroin|coke|crack|stolen|drugs|child porn|indecent images|illegal guns?|
    shotguns? without)`),
  behind(`${WHERE}(?: (?:is|was|are|were|s))${ADVERBS} (?:behind|responsible for|to blame for|guilty of|involved in|part of|wanted for|
    up to his neck in|mixed up in)(?: [^ .?]{1,15}){0,3}? ${MISCHIEF}`),
  behind(`(?: (?:house|flat|place|shed|shop|garage|van|caravan|farm))(?: [^ .?]{1,15}){0,2}? (?:is|was|being used) (?:a|an|as a|full of|
    the)(?: [^ .?]{1,12})? (?:drug den|drugs den|crack den|crack house|cannabis farm|brothel|weed farm|stolen goods|stolen gear|knocking shop|
    stolen)`),
  behind(`${WHERE}(?: (?:was|got|has been|been|is))? (?:arrested|charged|done|nicked|locked up|sent down) (?:for|with)`),
]

const SEEN_TO = new RegExp(`^ ${ONCE}(?![^ ])`)
const SEES = /(?:^| )(?:saw|seen|watched|caught|heard|spotted|filmed|see) $/
const DONE_BY = `${oneOf(`stolen, robbed, nicked, pinched, burgled, broken into, mugged, assaulted, attacked, stabbed, punched, beaten, beaten up,
    kicked in, smashed, smashed up, vandalised, torched, keyed, slashed, scammed, conned, raped, groped, threatened, taken, set on fire, spiked,
    ripped off, flashed at, trashed, damaged, sprayed, hit, kicked, run over, knocked down, killed, hurt, bitten, poisoned, chased, harassed,
    stalked, bullied, pushed over, pushed, shot, blackmailed, abused, followed, thrown, started, dumped, vandalized, spat at, slapped, strangled,
    ruined, wrecked, cheated, swindled`)}(?: [^ .?]{1,20}){0,2} by(?: (?:a|that|the|our|my|one|old|neighbour))?`
/** "The thief is" and a name. */
const CULPRIT = new RegExp(
  unbroken(`(?:^| )(?:${PERSON_NOUN}|culprit|${oneOf(`one who did it, one that did it, person who did it,
    person responsible, man responsible, lad responsible, ones responsible, ringleader`)}|(?:man|woman|lad|lads|lass|person|bloke|one|guy|couple|
    kid|kids|driver|ones|people|builder|carer|neighbour) (?:who|that|whos) (?:is |was |has |have |keeps )?(?:been )?${PAST_DEED}|(?:man|woman|lad|
    person|bloke|one|guy|kid) (?:who|whos|that)(?: is| was| keeps| has been)? ${DOING})(?: [^ .?]{1,20}){0,6}? (?:is|was|are|called|named|
    is called|is named|being|goes by)(?: (?:a|that|the|our|my|definitely|probably|none other than|old|one|neighbour|lad called|man called|
    called)){0,2} $`),
)
/** "The fires are all down to" and a name. */
const DOWN_TO = new RegExp(`(?:^| )${MISCHIEF}(?: [^ .?]{1,12}){0,6} (?:down to|because of|the work of|the fault of|thanks to|blame|courtesy of|
    all) $`)
const BY = new RegExp(`(?:^| )${DONE_BY} $`)
/** Figures of speech, and sport. */
const FIGURE = new RegExp(
  unbroken(`^(?: [^ .?]{1,30}){0,3}? (?:stole the (?:show|scene|night|limelight|hearts?)|stole (?:my|our|your|
    the) hearts?|killed it|nailed it|robbed (?:us|them) (?:in|of)|smashed it|broke the (?:ice|record|news)|beat (?:the|us|them|our record)|
    shot (?:the )?(?:photos?|video|film|up)|hit the|nicked (?:a|the) (?:goal|point|winner)|set fire to the (?:stage|dance)|
    done it (?:again )?(?:for|well|brilliantly)|did it (?:for|all|again|so|very|well|himself|herself|on))`),
)

export function accusationsIn(saying: Saying): Span[] {
  const { words, said } = saying
  const isCalm = !/\p{L}/u.test(saying.plain.text) || /\p{Ll}/u.test(saying.plain.text)
  const found: Span[] = []
  for (let index = 0; index < words.length; index++) {
    const length = nameLengthAt(words, index, isCalm)
    const [first, last] = [words[index], words[index + length - 1]]
    if (length === 0 || !first || !last) continue
    const end = deedEnd(said, first.at, last.at + last.word.length, last.raw)
    if (end > 0) found.push(spanOf(saying, first.at, end))
    index += length - 1
  }
  return found
}

/** Where the accusation ends that is made of the name between these offsets, or 0. */
function deedEnd(said: string, from: number, to: number, raw: string): number {
  const before = said.slice(Math.max(0, from - 80), from)
  const after = said.slice(to, to + 160)
  if (FIGURE.test(after)) return 0
  if (BY.test(before) || CULPRIT.test(before) || DOWN_TO.test(before)) return to
  if (SEES.test(before)) {
    const seen = SEEN_TO.exec(after)
    if (seen) return to + seen[0].length
  }
  const spoken = raw.endsWith("'s") ? ` s${after}` : after
  for (const each of SAID_OF) {
    const match = each.exec(spoken)
    if (match && isDeed(match[0])) return to + match[0].length - (spoken.length - after.length)
  }
  return 0
}

const SUFFERED = new RegExp(
  unbroken(`(?:was|were|got|been|being|is|s) (?:[^ ]{1,12} )?(?:robbed|attacked|assaulted|burgled|mugged|stabbed|shot|threatened|punched|scammed|
    conned|killed|raped|groped|beaten|stalked|spiked|blackmailed|swindled|defrauded|murdered|keyed|kidnapped)$`),
)

/** "was robbed" happened to them; "was robbing" is their deed. */
const isDeed = (words: string): boolean => !SUFFERED.test(words)
