/**
 * A complaint about how an officer behaved to somebody. Disagreeing with the police, wishing for more of them, and what others did to an officer
 * are none.
 */
import type { Span } from './plain.ts'
import { BAD_CONDUCT, GOOD_CONDUCT, setOf } from './lexicon.ts'
import { earliestOf, gap, offsetsOf, oneOf, pattern, type Saying, sentencesOf, spanOf, unbroken } from './saying.ts'

const NO_OTHER = `(?<!${oneOf(`train, ticket, building, parking, housing, council, traffic, enforcement, planning, tax, health, welfare, school,
    bus, revenue, security, prison`)} )`
const OFFICER = `${NO_OTHER}${oneOf(`pc, pcso, pcsos, wpc, sergeant, sgt, inspector, insp, constable, constables, officer, officers, policeman,
    policemen, policewoman, policewomen, copper, coppers, cop, cops, bobby, bobbies, police, detective, dc, ds, superintendent, custody sergeant,
    desk sergeant, special constable, special, met, old bill, feds, plod, your lot, ossifer`)}`
const THEIRS = oneOf(`me, my, us, our, him, his, her, them, their, mum, son, daughter, people, kids, residents, someone, a 12 year old, a child,
    children, everyone, the kids, lad, mate, nephew, the residents, that lad, a lad, a girl, a woman, an old, an elderly, a disabled, a young,
    two lads, two kids, the lads, those kids, neighbours, the whole, innocent`)
const BAD = oneOf(`rude, aggressive, nasty, abusive, racist, sexist, homophobic, dismissive, disrespectful, unprofessional, horrible, patronising,
    patronizing, condescending, sarcastic, heavy handed, bullying, intimidating, laughing, smirking, sneering, violent, drunk, disgusting,
    disgraceful, out of order, vile, foul mouthed, arrogant, offensive, threatening, swearing, mocking, shouting, hostile, insulting, cruel,
    callous, unkind, useless with, ignorant, snotty, stroppy, off hand, offhand, short with, a bully, a disgrace, a racist, a liar, a thug,
    on his phone the whole, on her phone the whole, taking the mick, taking the mickey, taking the piss, abrupt, curt, snappy, blunt, sharp with,
    grumpy, moody, uncaring, unhelpful, heartless, high handed, bolshy, cocky, smug, discriminating, prejudiced, biased, two faced, a bully boy,
    grinning, sniggering, joking about, flirting with, vicious, brutal, rough with, too rough, trying it on, victim blaming, blaming me,
    blaming my, lying, inappropriate, creepy`)
const DID = oneOf(`swore at, sworn at, swore, shoved, shoved ${THEIRS}, pushed ${THEIRS}, hit ${THEIRS}, punched, kicked ${THEIRS}, slapped,
    assaulted, mocked, laughed at, laughed in, laughed when, ignored ${THEIRS}, lied, lied to, threatened, threatened to, shouted, shouted at,
    yelled, yelled at, bullied, called ${THEIRS}, hung up, refused to, refused, told me to, told me i, told us to, told my, told her to,
    told him to, spoke to ${THEIRS}, talked to ${THEIRS}, talked down, treated ${THEIRS}, humiliated, grabbed, pinned, hurt, smashed ${THEIRS},
    strip searched, barged, searched ${THEIRS}, handcuffed, fell asleep, gave me lip, gave us lip, gave me grief, turned his, turned her,
    turned off, switched his, switched off, lost my, lost our, lost her, never took, didnt bother, couldnt be bothered, never bothered,
    broke ${THEIRS}, left my, left our, left the door, left me, left us, left him, left her, made a racist, made a sexist, made racist,
    made sexist, made fun, made me feel, made my, made her cry, made him cry, racially, profiled, belittled, intimidated, harassed, dragged,
    manhandled, roughed, tasered, tazered, pepper sprayed, rolled his eyes, rolled her eyes, sneered, smirked, poked, spat, stormed, walked off,
    drove off, denies it, covered it up, accused me, accused my, accused us, touched my, touched me, bit my, knelt on, kneed, elbowed, twisted,
    drove at, drove straight at, followed my, follows my, follows me, followed me, follows our, picks on, picked on, picking on, targets,
    targeted, targeting, walked away, rolled, dont listen, didnt listen, never listened, wouldnt listen, wont listen, dont even listen,
    didnt even, doesnt even, wasnt even, had his hands, had her hands, had his hand, had his knee, had my arm, took a photo of me,
    took photos of me, took pictures of, shared it, shared my, read my, went through my, told everyone, gave my name, gave my address, grinned,
    sniggered, winked, flirted, messaged my daughter, messaged me, texted me, asked for my number, blamed me, blamed my, blamed her, wouldnt take,
    wouldnt let, wouldnt give, would not take, would not let, would not give, wouldnt tell, kept me in, kept him in, kept her in, kept my,
    locked me, locked my, held me down, held him down, held her down, sat on, stamped, stood on, trod on, wrecked, trashed, damaged my,
    damaged our, kicked, fined me for no, stopped me for no, stopped my, stops me, stops my, pulled me over for no, made up, fabricated, planted,
    fitted, covered up, took the mick, took the mickey, took the piss, had a go at, snapped at, barked at, cursed, effed, used the n word,
    used the p word, used bad language, used foul language, tripped, choked, throttled, strangled, squeezed, tore, ripped, demanded, ordered me,
    ordered my, ordered us, dismissed my, dismissed me, brushed me off, fobbed me off, fobbed us off, gaslit, sent me away, sent us away,
    turned me away, told me off`)
/** What one officer left undone; of the police at large it is no complaint about an officer. */
const NEVER = oneOf(`never said sorry, never apologised, never rang, never called, never came back, never came, never phoned, never got back,
    never contacted, never turned up, never wrote, has not rung, hasnt rung, has not rang, hasnt rang, has not called, hasnt called,
    has not been back, not rung once, not once, forgot about, not bothered, couldnt care less, never took, never did, never gave`)
/** Good or harmless, though the verb is the same. */
const KIND = new RegExp(
  unbroken(`^(?:told (?:(?:me|us|her|him|them|everyone|people)|(?:my|our) [^ ]{1,12})(?: (?:i|all))?(?: to)? (?:how|about|
    that the|what|where the|where i|call|ring|lock|keep|not worry|they|the|all|there|to watch|if)|pushed (?:my|our|her|his|the) (?:car|van|bike|
    wheelchair|pram)|treated (?:me|us|him|her|my [^ ]{1,12}) (?:with|so well|very well|well|kindly|fairly|really well|so kindly|to)|
    made my (?:day|week|mum smile|kids|son smile)|called (?:me|us|him|her|my [^ ]{1,12}) (?:back|to say|today|yesterday|and|with)|
    refused (?:to give up|a)|left (?:me|us|my|our) (?:a|her|his|with a|feeling (?:safe|better))|spoke to (?:me|us|my|our|people|residents|
    the)(?: [^ ]{1,12}){0,2} (?:about|kindly|nicely|so|very|today|and|for)|talked to (?:me|us|my|our|people|residents|
    the kids)(?: [^ ]{1,12}){0,2} (?:about|kindly|nicely|and|for)|made me feel (?:safe|safer|better|at ease|welcome|so much)|told me i (?:could|
    can|should)|hurt (?:in|on|while|when|his|her)|swore in)`),
)

const SAYS =
  unbroken(`(?:said|says|explained|reported|tells|asked|warned|described|reckons|mentioned|told us that|told me that|knows|by|while|after|from|
    arrested|catch|caught|stopped(?! me| us| my| him| her)|nicked|chased|gets)`)
/** Words between an officer and the deed, none of which hands the deed to somebody else. */
const between = (most: number): string => `(?: (?!${SAYS} )[^ .?]{1,30}){0,${most}}?`
const LOUD =
  unbroken(`(?: (?:so|really|very|extremely|quite|bloody|just|incredibly|always|also|being|absolutely|totally|completely|downright|a bit|such|most|
    too|unbelievably|pretty|rather|both|all|verbally|physically)){0,3}`)
const BE = oneOf(`was, were, is, are, has been, have been, being, got, wasnt just, became, acted, sounded, came across as, can be, were being,
    was being, stood there, just stood there, just stood, sat there, kept, started, thought it was funny, and`)

const BECAUSE =
  unbroken(`(?:just )?(?:because|cos|cause|coz|for being|as)(?: [^ .?]{1,10})? (?:im|hes|shes|theyre|were|he is|she is|they are|i am|we are|he was|
    she was|of his|of her|of my|of our|of their|black|polish)(?: [^ .?]{1,10})?(?: (?:black|brown|asian|polish|romanian|lithuanian|muslim|
    jewish|gay|trans|foreign|foreigners|disabled|deaf|autistic|skin|colour|accent|race|religion|gypsy|gypsies|travellers?|young|poor|
    homeless|a kid|from the estate))?`)
const ONE =
  NO_OTHER +
  oneOf(`pc, pcso, wpc, sergeant, sgt, inspector, insp, constable, officer, policeman, policewoman, copper, cop, detective,
    dc, ds`)
const ONE_OFFICER = setOf(`
  pc pcso wpc sergeant sgt inspector insp constable officer officers policeman policewoman policemen copper coppers cop cops detective dc ds
  police`)
const OTHER_OFFICES = setOf('train ticket building parking housing council traffic enforcement planning school chief')
const HANDING = setOf(`
  said says explained reported tells asked warned described by while after arrested catch caught chased gets youths lads kids they i we
  people drivers neighbours neighbour bikers teenagers suspect thieves man woman thinks`)
const VICTIM = setOf('was were been being got get is are')
const WONT = '(?:wouldnt|couldnt|didnt|wont|refuses to|refused to|would not|did not|could not|failed to|cant be bothered to|neglected to|forgot to)'

const TOLD = [
  pattern(`${OFFICER}${between(6)} (?:came|come|burst|walked|barged|went|got|climbed|broke|let themselves|let himself)(?: straight| right)? (?:in|
    into|through|over)(?: [^ .?]{1,10}){0,4} (?:without|with no|uninvited|unannounced|and (?:made|trashed|wrecked|broke|kicked|searched|smashed|
    took|left|shouted|tipped|pushed))`),
  pattern(`${ONE}${between(12)} (?:told|tells|telling) (?:me|us|him|her|my [^ .?]{1,10}) (?:where to go|to shut|to get lost|to go away|to jog on|
    to grow up|to get over|to man up|to calm down|off|it was my|it was her|it was his|it was our|i deserved|she deserved|he deserved|she was|
    he was|i was|we were|nobody cares|no one cares)`),
  pattern(`${ONE}${between(5)} (?:parks|parked|parking|drives|drove|driving|speeds|speeding|sleeping|asleep|dozing|vaping|smoking|texting|eating|
    drinking)(?: [^ .?]{1,10}){0,4} (?:double yellows|yellow lines|zig ?zags|disabled bay|pavement|through red|red light|too fast|on duty|
    at the wheel|in the car|in the van|like an idiot|like a maniac|my drive)`),
  pattern(`${ONE}${between(3)} ${WONT}(?: even)? (?:write|take|listen|let|help|look|log|record|give|show|tell|answer|speak|investigate|believe|
    come out|come in|get out|do|bother|stop|explain|identify|accept|view|watch|leave|return|apologise|say)`),
  pattern(`${ONE}${between(5)} (?:keeps|kept)(?: on)? (?:cancelling|ignoring|stopping|following|calling|fobbing|changing|losing|putting|
    ringing me|turning up|parking)`),
  pattern(`${ONE}${between(8)} (?:lost|loses|mislaid|binned|destroyed|deleted|shared|leaked|posted|discussed|discussing|
    read out)(?: [^ .?]{1,10}){0,3} (?:evidence|statement|phone|case|details|address|name|video|footage|photos?|file|business)`),
  pattern(`${ONE}(?! (?:with|for|was hurt))${between(8)} (?:no need|no right|no business|had a nerve|some nerve|should know better|
    ought to know better|not fit to|on a power trip|power mad)`),
  pattern(`(?:what gives|who gave|gives|what right has|what right does|how dare|since when can|is it right that|is it ok for|is it normal for|
    is it acceptable)(?: [^ .?]{1,10}){0,3} ${OFFICER}`),
  pattern(`${OFFICER}${between(7)} (?:put|threw|wrestled|pushed|forced|slammed|knocked|took|had|held|pulled|dragged|
    yanked)(?: [^ .?]{1,10}){1,6} (?:on|to|against|onto|into|off|by)(?: the| my| his| her)? (?:ground|floor|wall|deck|car|bonnet|van|door|hair|
    arm|arms|throat|neck|bed)`),
  pattern(`${ONE}${between(8)} (?:chatting up|chatted up|hitting on|eyeing up|perving|staring at my|asking out|on (?:his|her) phone|
    looked at (?:his|her) watch|looked at (?:his|her) phone|looked bored|looked me up and down|looked down (?:his|her) nose)`),
  pattern(`${OFFICER}(?: [^ .?]{1,12}){0,3} (?:stinking|reeking|smelling|smelt|stank|stunk) of`),
  pattern(`(?<=^ )(?:formal )?complaint(?: against| about| re)? ${OFFICER}`),
  pattern(`${ONE}${between(8)} (?:worth (?:his|her|their) while|people like (?:me|us|you|him)|(?:asking|asked) for it|my own fault|your own fault|
    own fault|your sort|my sort|you people|you lot|go back to|waste of (?:time|space)|wasting (?:his|her|police|their))`),
  pattern(`${OFFICER}${between(9)} (?:so|where|loud enough|in front of)(?: that)?(?: (?:the|all|my|everybody|
    everyone))(?: [^ .?]{1,12}){0,3} (?:could hear|heard|hear|see|saw|neighbours|street|kids|children)`),
  pattern(`${ONE}${between(10)} ${NEVER}`),
  pattern(`(?:complain|complaint|complaints|complaining|grievance|report|reporting|complained) ?${between(6)} (?:about|against|on|of|
    to about)${between(4)} ${OFFICER}(?: [^ .?]{1,15}){0,3}`),
  pattern(`(?:report|reporting) (?:an|a|the|this|that|your|one of your) ${OFFICER}`),
  pattern(`${OFFICER}${between(12)} ${BE}${LOUD} ${BAD}`),
  pattern(`${OFFICER}${between(9)} (?:made|gave|used|had|with)${between(3)} (?:racist|sexist|rude|abusive|nasty|inappropriate|offensive|foul|
    bad attitude|an attitude|disgusting|homophobic|threatening)`),
  pattern(`${OFFICER}${between(12)} ${BECAUSE}`),
  pattern(`(?:want|wants|deserve|deserves|demand|owed|owes|waiting for|expect|expecting|like|need)(?: [^ .?]{1,10}){0,3} (?:apology|apologies|
    explanation|answers)(?: [^ .?]{1,10}){0,2} ${OFFICER}`),
  pattern(`(?:not happy|unhappy|upset|not impressed|disgusted|not satisfied|dissatisfied|angry|fed up|livid|
    offended)(?: [^ .?]{1,12}){0,2} (?:with|at|about|by)(?: [^ .?]{1,12}){0,3} (?:how|way|what|manner|attitude|conduct|
    behaviour)(?: [^ .?]{1,12}){0,4} ${OFFICER}`),
  pattern(`${OFFICER}(?: [^ .?]{1,15}){0,3} (?:should be|needs|wants|ought to be|must be)(?: [^ .?]{1,10})? (?:sacked|disciplined|suspended|
    ashamed|retrained|sacking|fired|struck off|reported|investigated|retraining|charged|off the force|off the streets|manners|a lesson)`),
  pattern(`(?:misconduct|professional standards|iopc|police complaints|disciplinary)${gap(8)} ${OFFICER}|${OFFICER}${between(8)} (?:misconduct|
    professional standards|iopc|disciplinary)`),
  pattern(`(?:attitude|language|behaviour|conduct|manner|rudeness|arrogance)(?: [^ .?]{1,12}){0,2} (?:of|from|
    by)(?: [^ .?]{1,12}){0,3} ${OFFICER}`),
  pattern(`(?:left|kept|held|locked|put)(?: [^ .?]{1,12}){0,12} (?:because|by|while|as) (?:the |your |a )?${OFFICER}${between(5)} (?:couldnt|
    wouldnt|didnt|refused|forgot|ignored|laughed|not)`),
  pattern(`(?:treated|spoken to|talked to|shoved|pushed|searched|handled|hit|dragged|assaulted|sworn at|laughed at|bullied|humiliated|threatened|
    called|ignored|mocked|insulted|harassed|fobbed off|shouted at|manhandled|stopped and searched|lied to|
    racially abused)${gap(6)} by${between(4)} ${OFFICER}`),
  pattern(`(?:disgusted|appalled|ashamed|fuming|furious|disappointed|shocked|horrified)(?: [^ .?]{1,12}){0,2} (?:with|at|
    by)${between(5)} ${OFFICER}`),
  pattern(`(?:${OFFICER})${between(6)} (?:thought it was funny|found it funny|was a disgrace|is a disgrace|is a bully|is a racist|is corrupt|
    was off his face|had no respect|showed no respect|wouldnt listen|would not listen|would not let me)`),
  pattern(`(?:rude|racist|bent|corrupt|aggressive|arrogant|bullying|nasty|abusive|heavy handed) (?:police )?${OFFICER}(?= [^ .?])`),
  pattern(`(?:way|manner|attitude|behaviour|conduct)(?: (?!to )[^ .?]{1,12}){0,4} ${OFFICER}(?: [^ .?]{1,15}){0,4} (?:spoke|behaved|treated|
    acted|was|is|
    dealt)${gap(3)}`),
]
const DEED = new RegExp(` ${OFFICER}(${between(14)}) (${DID})(?![^ ])`, 'g')
const VICTIM_BEFORE = /(?: |^)(?:was|were|been|got|being|get|gets|is|are)(?: (?:also|all|then|badly|racially|nearly|seriously|even))?$/
const OTHERS_BEFORE = new RegExp(
  unbroken(`(?: |^)(?:youths|lads|lad|kids|drivers?|they|people|thieves|burglars?|neighbours?|bikers|teenagers|someone|somebody|suspect|who was|
    man who|men who|i|we|drunks?)$`),
)
const PRAISE = pattern(
  oneOf(`no complaints, not a complaint, no complaint, cant complain, credit to, thank you, thanks to, what a star, hats off, bless, brilliant,
    lovely with, kind to, stayed calm, was fair, really kind, very kind, police dog, helicopter, well done`),
)
const ASKS_FIGURES = /^ (?:how many|how often|what is the number|are there|do you get)/

export function complaintsIn(saying: Saying): Span[] {
  return sentencesOf(saying.said).flatMap(({ from, said }) => {
    if (PRAISE.test(said) || ASKS_FIGURES.test(said)) return []
    const place =
      [deedIn(said), earliestOf(TOLD, said)].filter((each) => each !== null).toSorted((one, other) => one.from - other.from)[0] ??
      toldInWords(said.split(' '))
    return place ? [spanOf(saying, from + place.from, from + place.to)] : []
  })
}

/** An officer and, within reach behind, a word for bad conduct, with nothing between that hands it to somebody else and no good word at all. */
function toldInWords(words: readonly string[]): Span | null {
  if (words.some((word) => GOOD_CONDUCT.has(word))) return null
  const officer = words.findIndex((word, index) => ONE_OFFICER.has(word) && !OTHER_OFFICES.has(words[index - 1] ?? ''))
  if (officer < 0) return null
  const bad = words.findIndex((word, index) => index > officer && index <= officer + 14 && BAD_CONDUCT.has(word))
  if (bad < 0) return null
  const between = words.slice(officer + 1, bad)
  const isHanded = between.some((word, index) => HANDING.has(word) || (index === between.length - 1 && VICTIM.has(word)))
  return isHanded ? null : offsetsOf(words, officer, bad)
}

/** What an officer did, unless it was done to the officer or by somebody in between. */
function deedIn(said: string): Span | null {
  for (const match of said.matchAll(DEED)) {
    const [whole, words = '', deed = ''] = match
    const end = match.index + whole.length
    const kind = KIND.test(said.slice(end - deed.length, end + 50))
    if (!kind && !VICTIM_BEFORE.test(words) && !OTHERS_BEFORE.test(words)) return { from: match.index + 1, to: end }
  }
  return null
}
