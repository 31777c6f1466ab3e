/**
 * A crime that happened, told by somebody whom it touched or who saw it. Questions about crime, old stories, news, thanks for a bike that came
 * back and what was reported already are none; neither are parking, dogs and speed.
 */
import type { Span } from './plain.ts'
import { BLAMELESS, CRIMES, HARMS, near, OFFICERS, SOMEBODIES, THINGS } from './lexicon.ts'
import { earliestOf, gap, offsetsOf, oneOf, pattern, type Saying, sentencesOf, spanOf, unbroken } from './saying.ts'

/** Done to a thing or a person. */
const SUFFERED = oneOf(`broken into, broke into, broken in to, stolen, stole, nicked, pinched, robbed, burgled, burglarised, vandalised,
    vandalized, keyed, smashed, smashed up, smashed in, slashed, torched, set on fire, set alight, set fire to, egged, snatched, swiped, mugged,
    assaulted, attacked, spat at, spat on, punched, beaten up, beat up, jumped, followed and grabbed, grabbed, groped, stabbed, glassed,
    headbutted, scammed, conned, defrauded, hacked, threatened, done over, ransacked, siphoned, syphoned, syphoned off, siphoned off, kicked in,
    kicked off, put through, graffitied, spray painted, ripped off, flashed at, cut through, cut open, taken from our, taken from my,
    taken from the, trashed, cleaned out, spiked, sexually assaulted, raped, racially abused, shot at, poisoned, prised open, jemmied,
    forced open, tampered with, turned over, half inched, cloned, jemmied, daubed, defaced, bust open, levered, levered open, crowbarred, prised,
    drugged, followed home, bottled, slapped, strangled, bitten, pelted, lobbed, shoved over, pushed over, conned out, run off the road, rustled,
    had away, hot wired, joyridden, burnt out, burned out, dumped and`)
const WHOSE = oneOf(`my, our, mine, his, her, their, your, the, a, an, this, every, mums, dads, nans, neighbours, neighbors, sons, daughters,
    brothers, sisters, wifes, husbands, friends, mates, ours, two, three, four, several, some, both, another, all, ive, weve, shes, hes, lad, mum,
    mam, nan, dad, grandad, church, school, purse, diesel, fuel, lead, tools, bike, bikes, car, cars, van, vans, shed, sheds, window, windows,
    woman, man, girl, boy, house`)
const BE = oneOf(`was, were, been, got, gets, get, has been, have been, had been, has, is, being, getting, gotten, have, had, s been`)
const SOMEBODY = oneOf(`someone, somebody, someones, somebodys, somone, sumone, sumbody, they, theyve, some idiot, some idiots, some scumbag,
    some scumbags, some toerag, some lads, lads, two lads, three lads, kids, some kids, two men, three men, men, a man, a bloke, a lad, a guy,
    a woman, yobs, thieves, burglars, scrotes, vandals, scammers, scammer, youths, a youth, teenagers, neighbour, neighbours, the neighbour,
    my ex, her ex, hare coursers, coursers, poachers, travellers, idiots, scum, who ever, whoever, moped, he, she, robbers, two people, a group,
    a gang, some git, little gits, some one, nobody saw who, pickpockets, intruders`)
const DID = oneOf(`nicked, stole, stolen, robbed, broke into, broken into, broke in, broken in, keyed, slashed, smashed, set fire, set light,
    put the windows, put the window, put our window, put my window, put a brick, kicked off, kicked in, kicked my, kicked our, kicked the,
    pinched, cleared, vandalised, trashed, wrecked, mugged, attacked, assaulted, punched, threatened my, threatened me, threatened us,
    threatened to, threatened our, flashed, exposed himself, tried our door, tried our doors, tried my door, tried the doors, tried all the doors,
    tried to break in, tried to break into, tried to get in, tried to rob, tried to steal, tried to snatch, grabbed my, grabbed her, grabbed me,
    snatched, spat at, groped, spiked, ripped, graffitied, sprayed, spray painted, emptied, scammed, conned, drained, syphoned, siphoned, swiped,
    took my, took his, took her, took our, took the lead, took all, took off with, threw a brick, threw bricks, threw stones at, threw eggs,
    threw fireworks, chucked a brick, poisoned, torched, burnt out, jumped, stabbed, glassed, burgled, ransacked, done over, cut the, cut our,
    cut my, cut through, shot at, let my tyres, let our tyres, let the tyres, helped themselves, been in our, been in my, been through my,
    been through our, made off with, hacked, cloned, were on our land, on our land, jemmied, forced, daubed, prised, levered, pelted, lobbed,
    dug up, pulled up, ripped up, ripped off, shoved my, pushed my, slapped, bottled, strangled, bit my, bit me, drugged, touched my, touched me,
    chased my, chased me, followed my, followed me, rammed, drove into my, drove into our, hit my, hit me, blocked me in and, ran off with,
    went off with, walked off with, walked out with, walked out without paying, filled up and drove off, drove off without paying, cut down,
    poured, dumped a load of, damaged, broken our, broke our, broke my, broken my, broke the, shouted racist, called me a, called my son a,
    called my daughter a, sent me`)
const DEALT = oneOf(`drugs, drug, coke, crack, weed, heroin, spice, smack, cocaine, cannabis, ket, pills, nos, balloons`)
const WENT = oneOf(`woke up, woke, got up, came out, came back, came home, got home, get home, come home, come out, came down, went out, returned,
    back from, found, find, went to, to find`)
const BROKEN = oneOf(`put through, smashed, smashed in, kicked off, kicked in, slashed, gone, missing, broken, broken into, forced, open,
    wide open, empty, stolen, keyed, on bricks, ransacked, cut, all over, hanging off, in bits, bust open`)
const GOODS = oneOf(`window, windows, mirror, mirrors, tyre, tyres, door, doors, car, van, shed, lock, garage, bike, bikes, converter,
    cat converter, catalytic converter, trailer, quad, quad bike, mower, tools, calves, sheep, lambs, cattle, tractor, gps, diesel, fuel,
    batteries, battery, lead, gate, gates, caravan, plates, number plates, number plate, motorbike, scooter, moped, parcel, parcels, plants,
    hanging baskets, bench, generator, chainsaw`)
const EVENT = oneOf(`break in, break ins, breakin, burglary, robbery, mugging, theft, stabbing, assault, arson, hit and run, ram raid,
    smash and grab, distraction burglary, car theft, attempted burglary, attempted break in, fight, indecent exposure`)

const TOLD = [
  pattern(`(?:had|having|have|has)${gap(6)} (?:taken|lifted|cut off|ripped out|emptied|wiped)(?: (?:on|from|last|overnight|off|out|over|during|
    while|this|again|in the night))`),
  pattern(`(?:intruder|intruders|prowler|burglar|burglars|thieves|thief|robbers|peeping tom)(?: [^ .?]{1,10}){0,3} (?:in (?:next|my|our|the)|
    at (?:my|our|the)|were|was|have|has|got|struck|next door|targeted|took|trying|tried)`),
  pattern(`(?:threw|thrown|throwing|chucked|poured|tipped|squirted)(?: [^ .?]{1,10}){0,3} (?:on|over|at|through) (?:my|our|his|her|the|me|us|
    people|cars)`),
  pattern(`(?:car|van|lorry|bus|moped|bike|driver|cyclist|audi|bmw|transit|truck|he|she|someone|somebody)(?: [^ .?]{1,12}){0,3} (?:hit|clipped|
    scraped|rammed|shunted|bumped|knocked|crashed into|drove into|ran into)${gap(8)} (?:drove|sped|drive|buggered|cleared|legged it|rode|ran|
    went)(?: straight)? (?:off|away)`),
  pattern(`(?:made|forced|told)(?: (?:me|him|her|them|us|my [^ .?]{1,12}))? (?:to )?(?:hand|give|empty|turn out)(?: over)?(?: (?:his|her|my|their|
    our|the))? (?:over|coat|phone|money|wallet|purse|trainers|pockets|bag|bike|jacket|cash|keys)`),
  pattern(`(?:charged|conned|paid|took|billed)(?: [^ .?]{1,10}){0,3} (?:£?\\d{1,6}|grand|hundred|thousand|deposit)${gap(10)} (?:never came back|
    never seen again|never turned up|disappeared|vanished|didnt do|not done|for nothing|never started)`),
  pattern(`${oneOf(`drugs, weed, coke, crack, heroin, spice, cannabis, ket, pills`)}(?: (?:are|is|being|were|openly|getting)){0,3} (?:sold|dealt|
    supplied|passed|dropped|delivered|bought|taken|used|smoked|smoking|selling)`),
  pattern(`(?:using|used|uses|stole|got)(?: [^ .?]{1,8})? (?:my|mums|dads|his|her|our) (?:name|identity|details|card|bank details|address) (?:to|
    for|and|on)`),
  pattern(`(?:found|opened|arrived|unlocked|came)${gap(8)} (?:on the floor|lock cut|door open|wide open|turned upside down|
    all over the floor)${gap(6)} (?:gone|missing|empty|taken|emptied)`),
  pattern(`${GOODS} (?:gone|missing|vanished|taken|nicked)(?: (?:from|off|out|overnight|this morning|again|last night))`),
  pattern(`${GOODS}(?: [^ .?]{1,10}){0,2} (?:was|were|been|got) (?:taken|lifted|emptied|had)(?: (?:from|off|out|overnight|last|this|in|on|again|
    while|sunday|saturday))`),
  pattern(`${GOODS} (?:taken|lifted)(?: (?:off my|off our|from my|from our|off the|from the|overnight|last night))`),
  pattern(`(?:tyres?|tires?)(?: [^ .?]{1,10}){0,3} let down|let down (?:my|our|his|her|all the)(?: [^ .?]{1,10}){0,2} tyres?`),
  pattern(`${WHOSE}${gap(6)} ${BE}(?: just| all| also| nearly| almost| badly| again| recently| only| then| racially| verbally| physically|
     sexually){0,2} ${SUFFERED}`),
  pattern(`(?:had|having|have|has|ive had|weve had|shes had|hes had|just had)(?: just)? (?:my|our|his|her|their|a|an|the|all|two|three|another|
    both|some|catalytic|lead|diesel|stuff|tools|bikes?|parcels?|plants?|things)${gap(5)} ${SUFFERED}`),
  pattern(`(?:${SOMEBODY})(?: (?:has|have|had|s|ve|just|also|again|then|who|in balaclavas|on mopeds?|on a moped|on bikes|in masks|went and|
    came and|only|been and|from next door|round here|must have)){0,3}(?: [^ .?]{1,12}){0,2}? ${DID}`),
  pattern(`(?:got|been|was|were|gets|getting|i got|just got) (?:jumped|mugged|robbed|burgled|scammed|punched|assaulted|attacked|conned|spat at|
    flashed|threatened|hacked|broken into|done over|turned over|followed home|catfished)`),
  pattern(`(?:theres been|there has been|there was|been|had|another|weve had|yet another|reporting|report|report of|witnessed|saw|seen)(?: (?:a|
    an|another|two|three|four|several|yet|more|to|the|attempted)){0,3} ${EVENT}`),
  pattern(`(?<=^ )(?:another )?${EVENT} (?:on|at|in|outside|round|next door|last night|this)`),
  pattern(
    `${oneOf(`deal, dealing, selling, sell, smoking and selling, dealers, buying and selling, sold, dropping off, picking up,
    snorting`)}(?: (?:class a|hard|their|his))? ${DEALT}${gap(3)}`,
  ),
  pattern(
    `${oneOf('dealing, dealers, drug deals, drug dealing, deals')}(?: (?:going on|goin on|happening|being done))?${gap(4)} ${oneOf(`behind,
    outside, in the alley, in the park, round the back, every night, on the corner, in broad daylight, by the, at the back, from the,
    in the car park, all day`)}`,
  ),
  pattern(`${GOODS}(?: [^ .?]{1,12}){0,4} (?:has|have|had|s|ve|are|is|all)? ?(?:gone|been taken|gone missing|gone walkabout|disappeared|
    vanished)(?: missing)?(?: (?:from|off|overnight|last night|this morning|again|on))`),
  pattern(`${WENT}${gap(5)} ${GOODS}${gap(3)} ${BROKEN}`),
  pattern(`(?:${GOODS}|purse|phone|wallet|stuff|copper|batteries|handbag|statue|plaque)(?: [^ .?]{1,12}){0,2} (?:stolen|nicked|pinched|syphoned|
    siphoned|swiped|robbed|snatched|broken into|slashed|smashed|keyed|torched|ripped off|stripped|half inched)(?: (?:out|off|from|overnight|last|
    this|again|on|yesterday|in|outside|while|at|by|today|tonight))`),
  pattern(`(?:${oneOf(`lad, lads, man, men, bloke, blokes, someone, somebody, people, youths, kids, two, group, guy, guys, figure,
    car`)})(?: [^ .?]{1,12}){0,4} (?:trying (?:the )?(?:car|door|cars|doors|handles|gates|locks|all the)|in balaclavas?|casing|prowling|
    looking in (?:the )?(?:cars|vans|sheds|gardens|windows)|creeping round|in our garden at|in my garden at|checking (?:car|door))`),
  pattern(`(?:car|door) handles`),
  pattern(`had (?:my|our|his|her|the|mums|dads)(?: [^ .?]{1,12}){1,4} (?:away|off me|off us|off the)`),
  pattern(`(?:been|went|gone|rummaged|rifled) through (?:my|our|his|her|the|mums) (?:glovebox|glove box|car|van|drawers|house|bag|bags|things|
    stuff|pockets|shed|cupboards|jewellery|coat|desk)`),
  pattern(`(?:brick|bricks|stone|stones|rock|rocks|bottle|firework|fireworks|egg|eggs|paint|petrol|pellet|
    airgun)(?: [^ .?]{1,12}){0,3} (?:through|thrown|threw|lobbed|chucked|fired|poured|at my|at our|over my|over our|in our letterbox|through the)`),
  pattern(`(?:went|made|ran|walked|drove|rode|gone|legged it|buggered|cycled) off with (?:my|our|his|her|the|mums|dads|some|all|a)(?! (?:bang|
    hitch|swing))`),
  pattern(`(?:sending|sent|sends|getting|received|receiving|had|leaving|making|posting|posted|left)(?: [^ .?]{1,12}){0,3} (?:threats|
    death threats|threatening (?:messages|texts|letters|notes|calls)|abusive (?:messages|texts|letters|calls)|nudes|hate mail|nasty notes)`),
  pattern(`(?:stalking|harassing|blackmailing|catfishing|tormenting|intimidating|terrorising|grooming) (?:me|my|us|our|her|him|residents|people|
    customers|staff)|keeps (?:turning up|coming round|following|ringing|messaging|threatening|hitting)|wont leave (?:me|her|us) alone`),
  pattern(`(?:spat|spit|gobbed)(?: [^ .?]{1,12}){0,3} (?:face|at me|at my|at us|on me|on my)|called (?:me|us|
    my [^ .?]{1,12})(?: [^ .?]{1,10}){0,2} (?:n word|p word|slur|racist names?)|racist abuse|racially abus(?:ed|ive)|homophobic abuse|hate crime`),
  pattern(`(?:selling|offering|flogging|punting|sold|buying)(?: [^ .?]{1,12}){0,3} (?:stolen|nicked|dodgy|knocked off|counterfeit|fake|illegal|
    vapes to kids|cigarettes to kids)`),
  pattern(`(?:daubed|scrawled|sprayed|painted|scratched|carved|etched|graffitied|defaced|desecrated|toppled|uprooted|ripped up|dug up|pulled up|
    knocked over|chopped down|hacked down)(?: (?:with|on|all|across|into|over|out|by|again|in|the|our|from|off|overnight|last))`),
  pattern(`(?:said|saying|claimed|claiming|pretended|pretending|reckoned|made out)(?: (?:that))? (?:he|she|they|to be|hed|
    shed)(?: [^ .?]{1,12}){0,3} (?:from (?:the|my|our|her|his)|bank|water board|gas board|builder|police officer|council|amazon|hmrc|
    roofer)${gap(10)} (?:took|paid|gave|off with|stole|handed|account|£|cash|money|savings|jewellery|purse|charged|out of)`),
  pattern(`(?:lost|paid|handed over|transferred|sent|gave)(?: [^ .?]{1,10}){0,4} (?:to|by)(?: [^ .?]{1,10}){0,4} (?:scam|scammer|scammers|
    fraudster|fraudsters|conman|fraud|con man|fake|bogus)`),
  pattern(`(?:cash box|honesty box|collection box|charity box|poor box|till|safe|tin|cash machine|donation box|vending machine|
    money box)(?: [^ .?]{1,12}){0,6} (?:emptied|gone|broken|forced|taken|missing|robbed|prised|smashed|ripped|jemmied)`),
  pattern(`(?:sheep|lambs|ewes|livestock|cattle|chickens|hens|horse|horses|pony|cat|dog|swan|ducks)(?: [^ .?]{1,12}){0,6} (?:worried by|worrying|
    attacked|killed|mauled|shot|shot at|slashed|poisoned|rustled|stolen|cut|injured|savaged)(?! the)`),
  pattern(`(?:drink|drinks)(?: [^ .?]{1,8}){0,3} spiked|spiked (?:my|her|his|our)`),
  pattern(`(?:back door|front door|door|window|lock|padlock|shed|garage|gate|container|caravan)(?: [^ .?]{1,10}){0,3} (?:been |was |had been |is |
    has been )(?:jemmied|forced|crowbarred|levered|prised|bust|busted|kicked|drilled|cut|tampered|broken|smashed)`),
  pattern(`(?:our|my|the|his|her|mums)(?!(?: [^ .?]{1,12}){0,2} ${oneOf(`girl, boy, son, daughter, cat, kitten, dog, puppy, nan, dad, mum,
    husband, wife, tortoise, parrot, lad, child, officer, officers, pcso, pcsos, bus, library`)} )(?: [^ .?]{1,15}){0,3} (?:has|have|is|are|
    s) (?:gone|vanished|disappeared|missing|gone missing)(?: [^ .?]{1,12}){0,2} (?:from (?:the|our|my|outside|his|her) (?:yard|shed|barn|drive|
    driveway|garage|garden|van|car|field|porch|step|doorstep|church|club|farm|site|allotment|hall|school|rack|park|bike rack|house|back|front|
    roof|pub)|off (?:the|our|my))`),
  pattern(`(?:satnav|sat nav|bag|laptop|tools|wallet|purse|phone|jewellery|cash|tv|telly|watch|radio|drill|bike|
    bikes)(?: [^ .?]{1,10}){0,2} (?:is|are|was|were|has|have|had)(?: now| all)? (?:missing|gone)(?! to)`),
  pattern(`(?:drove|driven|backed|reversed|crashed|smashed|ploughed)(?: [^ .?]{1,10}){0,2} into (?:my|our|the|his|
    her)(?: [^ .?]{1,12}){0,3}${gap(4)} (?:drove off|didnt stop|without stopping|ran off|legged it|left|no details|never stopped)|(?:drove off|
    didnt stop|failed to stop|never stopped) after (?:hitting|he hit|she hit|they hit)`),
  pattern(`graffiti (?:all over|on|sprayed|has|appeared|again|over|everywhere)`),
  pattern(`${oneOf(`scammed, conned, tricked, cheated, defrauded, swindled, done`)} out of`),
  pattern(`${oneOf('emptied, cleared out, cleaned out, drained')} (?:his|her|my|their|our|mums|dads|nans)(?: [^ .?]{1,10})? ?(?:account|accounts|
    savings|bank)`),
  pattern(`(?:stole|nicked|robbed|pinched|half inched|swiped|keyed|slashed|torched|burgled|vandalised|broke into|snatched) (?:my|our|the|his|her|
    their|a|an|both|all|two|three|from|some|every|each|off)`),
  pattern(
    `(?:exposed|exposing) himself|flashed (?:at|his)|wanking|hare cours(?:ing|ers) (?:on|in|again|yesterday|last|across|this|were|have|out|
    near|round|are)|cockerel fighting|dog fighting|badger bait(?:ing|ers)`,
  ),
  pattern(`${oneOf(`kicked, punched, hit, headbutted, smashed, slapped, bottled, spat, hit me, glassed`)}(?: me| him| her|
     my [^ .?]{1,10})?(?: [^ .?]{1,8})? (?:in|on|round|over|across|to) the (?:face|head|ribs|back|stomach|jaw)`),
  pattern(`smashed (?:my|our|the|his|her|up|all|a|every|three|two|through)|smashing (?:up )?(?:my|our|the|cars|windows|it)|(?:kicked|kicking|
    booted) (?:my|our|the)(?: [^ .?]{1,10})? (?:door|gate|fence|mirror|mirrors|wall|windows?)`),
]

const ASKS = new RegExp(
  unbroken(
    `^ (?:(?:so|and|but|hi|hello|please|ok|just wondering|morning|evening|genuine question) )?${oneOf(`how many,
    how often, how much, how do, how can, how would, how is, are there, are thefts, are burglaries, are, is there, is it, is the, is, do you,
    do we, do they, do i, do, does, what do i, what do we, what should, what can, what happens, what would, what are, what is, whats, who do i,
    who do we, who should, who, will there, will, would, could the, could you, could we, can the, can you, can we, can i, can, should,
    has anyone lost, has anybody lost, when will, when do, why is, why do, why does, where do, where can, did you, shall`)}(?: |$)`,
  ),
)
const HARMLESS = pattern(
  oneOf(`if my, if someone, if somebody, if your, if you, if a, if anyone, if i, if we, when someone, in case, what if, read in, read on,
    read that, read about, i read, on the news, in the news, in the echo, in the paper, the papers, on look north, on tv, on the telly,
    documentary, film, jailed, guilty, convicted, sentenced, in court, prison, years ago, year ago, when i was, my grandad was, my nan was,
    used to, back in the, decades, in the war, in victorian, in the seventies, in the eighties, in the nineties, thank you, thanks, thankyou,
    well done, great to see, good to see, glad to hear, brilliant work, nice work, good work, great work, great job, good job, pleased to see,
    was found, been found, were found, has been returned, was returned, got it back, came back safe, recovered, found one, reunited, crime number,
    crime ref, crime reference, incident number, reference number, ref number, i reported, already reported, we reported, any update, any news,
    never had, never been, so nobody can, so no one can, cant break, to stop people, to stop thieves, to prevent, prevention, crime prevention,
    advice on, advice about, a talk, gave us a talk, talk about, poster, leaflet, statistics, figures, per cent, percent, going up, going down,
    number of, problem in every, fear of, worried about being, scared of being, afraid of being, story on, story about, the rich, guy fawkes,
    dick turpin, lost my, lost his, lost her, ive lost, anyone handed, handed in, hit by a, fined for, found a stolen, how to stop,
    called for, police caught, been caught, was caught, were caught,
    got caught, caught the, cromwells, vikings, romans, stole the show, stole my heart, stole our hearts, stole the hearts, stole our, tree came,
    a tree, tree fell, daylight robbery, robbed blind, robbed me blind, robbed of the, robbed us of, robbed in the last, last minute, the ref,
    referee, storm, the wind, gale, weather, var, blew, fun day, got a mention, alarms for sale, insurance for, if it gets, gets stolen,
    get stolen, might be, could be, would be, would have been, been identified, as if, like a criminal, smashed head, head on, foxes,
    council took, demolished, jumped at the, jumped in, jumped the queue, jumped on, jumped to`),
)
const OLD = pattern('in (?:the )?(?:19\\d\\d|200\\d|201\\d)s?|since (?:19\\d\\d|200\\d|201\\d)')

export function crimesIn(saying: Saying): Span[] {
  return sentencesOf(saying.said).flatMap(({ from, said }) => {
    if (ASKS.test(said) || HARMLESS.test(said) || OLD.test(said)) return []
    const place = earliestOf(TOLD, said) ?? toldInWords(said.split(' '))
    return place ? [spanOf(saying, from + place.from, from + place.to)] : []
  })
}

/** A crime told in words of no set order: one that names it, or harm that somebody did to people or things. */
function toldInWords(words: readonly string[]): Span | null {
  const named = words.findIndex((word) => CRIMES.has(word))
  const officer = words.findIndex((word) => OFFICERS.has(word))
  if (officer >= 0 && officer <= named) return null
  if (named >= 0) return offsetsOf(words, Math.max(0, named - 2), Math.min(words.length - 2, named + 2))
  if (officer >= 0 || words.some((word) => BLAMELESS.has(word) && word !== 'i' && word !== 'we')) return null
  const harm = near(words, HARMS, THINGS, 5)
  const agent = near(words, SOMEBODIES, HARMS, 4)
  if (!harm || !agent || words.slice(agent[0], agent[1]).some((word) => word === 'i' || word === 'we')) return null
  return offsetsOf(words, Math.min(harm[0], agent[0]), Math.max(harm[1], agent[1]))
}
