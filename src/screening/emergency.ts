/**
 * Danger to somebody's life that is happening while it is written. Questions about what one would do, what is over, talks, films and figures of
 * speech are none.
 */
import type { Span } from './plain.ts'
import { GRAVE, near, NOWADAYS } from './lexicon.ts'
import { earliestOf, gap, offsetsOf, oneOf, pattern, type Saying, sentencesOf, spanOf } from './saying.ts'

const IS = oneOf(`is, are, s, being, be, been, getting, theyre, hes, shes, im, were, ive been`)
const SOMEBODY = oneOf(`someone, somebody, some one, a man, a bloke, a guy, a woman, a lad, a girl, two men, two lads, men, people, they, theyre,
    he, hes, she, shes, lads, burglars, a gang, gang, my ex, my husband, my partner, my dad, my son, he is, she is`)
const PERSON = oneOf(`me, her, him, us, them, my mum, my mam, my dad, my sister, my brother, my son, my daughter, my wife, my husband, each other,
    someone, somebody, a man, a woman, a girl, a boy, a lad, a kid, people, one another, the lad, the girl, his wife, his girlfriend, the kids,
    myself, himself, herself, the baby`)
const WEAPON = oneOf(`knife, knives, knifes, gun, guns, machete, machetes, shotgun, rifle, pistol, blade, sword, axe, hammer, crossbow,
    baseball bat, bat, bats, crowbar, acid, samurai sword, iron bar, hatchet, firearm, petrol bomb, screwdriver, cleaver, bottles`)
const NOW = oneOf(`right now, now, right this second, right this minute, this minute, this second, just this minute, as we speak, as i speak,
    as i type, as i write, as i write this, as i type this, at this moment, at this very moment, happening now, just now, currently, still`)
const DANGER = oneOf(`attacked, attacking, stabbed, stabbing, stabbings, beaten, beating, screaming, fighting, fight, knife, knives, gun, machete,
    machetes, shooting, shots, breaking in, breaking into, burglars, burglar, intruder, dragged, dragging, strangled, strangling, chasing, chased,
    raped, raping, mugged, mugging, kicked, kicking, hitting, smashing the door, kicking the door, kicking the door in, robbed, robbing, drowning,
    bleeding, unconscious, on fire, in flames, trapped, running for, hostage, kidnapped, bottles, being followed`)
const WILL = oneOf(`going to, gonna, gunna, about to, threatening to, trying to, tryna, wants to, says hes going to, says hell, he will, hell,
    shell, says he will, might, ready to, promised to`)

const WATERS = oneOf(`river, lake, sea, canal, dyke, dike, drain, pond, witham, trent, welland, nene, humber, brayford, marina, haven, weir, lock,
    reservoir, quarry, well, harbour, wash, water, basin, gravel pit, slurry pit, slurry, moat, swimming pool, pool`)
const HEIGHTS = oneOf(`bridge, footbridge, flyover, viaduct, pylon, roof, rooftop, crane, balcony, window, scaffold, scaffolding, cliff, gantry,
    multi storey, car park, tower, chimney, wall, mast, tracks, railway, train line`)
const KIN = oneOf(`my [^ ]{1,12}, her, him, she, he, a [^ ]{1,12}, an old [^ ]{1,8}, someone, somebody, someones, baby, toddler, child, pensioner,
    neighbour, old [^ ]{1,8}, lad, girl, boy, man, woman, driver, kid, lady, friend, mate`)

const STRONG = [
  pattern(`(?:been|getting|got|has|just|someones|lads|mans|womans) (?:been |just )?slashed(?! my| our| the| his| her| all| two| three| every|
     both| tyres)`),
  pattern(`(?:stuck|stranded|cut off|trapped|sinking)(?: [^ .?]{1,10}){0,8} (?:tide|mud|sandbank|quicksand|water is rising|flood|flooded|rising)`),
  pattern(`(?:dont|do not|cant|not|never) (?:feel|keep|be|stay)(?: myself)? safe(?: with)?(?: myself)?(?: [^ .?]{1,8})? (?:tonight|now|today|
    anymore|any more|i have|alone|from)`),
  pattern(`(?:jumped|climbed|thrown|fallen) (?:in|into|off|over)(?: the)?(?: [^ .?]{1,12}){0,6} (?:can see|cant see|an arm|his head|her head|
    under|floating|shouting|waving)`),
  pattern(`(?:climbing|climbed|crawling|getting|smashing|breaking|going)(?: [^ .?]{1,8}){0,3} (?:in|through)(?: [^ .?]{1,12}){0,4} (?:window|
    windows|door|skylight|patio|roof|fence)`),
  pattern(`(?:says|saying|said|threatens|threatening|swears)(?: [^ .?]{1,8}){0,3} (?:use it on|kill|stab|burn|shoot|hurt|cut|blow|
    finish)(?: [^ .?]{1,8}){0,3} (?:me|us|her|him|kids|house|them|himself|herself|everyone|mum)`),
  pattern(`(?:hit|banged|cracked|split|smashed) (?:his|her|their) head${gap(6)} (?:wont|not|isnt|cant|blood|unconscious|bleeding|out|open|answer)`),
  pattern(`(?:car|lorry|bus|van|coach|train|minibus|tractor|driver|plane|boat)(?: [^ .?]{1,10}){0,6} (?:hanging over|on its side|on its roof|
    upside|in flames|capsized|sinking|into the barrier|through the barrier|down the bank|down the embankment|wrapped round|head on)`),
  pattern(`(?:hanging|dangling|clinging|holding|climbing|climbed|balancing|threatening|jumping|leaning|about)(?: on| up)? (?:off|from|onto|over|
    on|on to|to|out of)(?: the| a)?(?: [^ .?]{1,12}){0,2} ${HEIGHTS}`),
  pattern(`(?:gone|fallen|fell|driven|rolled|slipped|blown|swept|went|pushed|has jumped|just jumped|dragged|tipped|plunged|
    crashed)(?: [^ .?]{1,8})? (?:in|into|under|through)(?: the| a)?(?: [^ .?]{1,12})? ${WATERS}`),
  pattern(`${KIN}(?: [^ .?]{1,10}){0,6} (?:cant|cannot|isnt able to|unable to|struggling to|can hardly|can barely|has stopped|
    not able to) (?:speak|talk|breathe|breath|swallow|move|stand up|feel|be woken|breathing|get up|lift|respond|see anything)`),
  pattern(`(?:throat|tongue|airway|face|lips)(?: [^ .?]{1,8}){0,2} (?:closing|swelling|swollen up|dropped|drooping|gone blue|turned blue|blue|
    closed up|tightening)`),
  pattern(`(?:has had|hes had|shes had|think hes had|think shes had|just had|having|has|suffering)(?: [^ .?]{1,8})? (?:stroke|heart attack|
    cardiac arrest|seizure|fit|asthma attack|hypo|allergic reaction|miscarriage|aneurysm)`),
  pattern(`(?:masked|armed|hooded)(?: [^ .?]{1,8})? (?:man|men|gang|lads|robbers|people|raiders|group|youths|person|
    someone)(?: [^ .?]{1,10}){0,2} (?:with|in|outside|at|robbing|have|has|are|inside|just|trying|on|going)`),
  pattern(`(?:face down|lying in the road|lying in the street|laid in the road|lying on the (?:pavement|floor|path|grass|track|tracks)|
    lying there|slumped)${gap(8)} (?:not|isnt|unconscious|blood|moving|cold|wont|hasnt|breathing|hurt|help|wheel|now|and)`),
  pattern(`(?:has|have|is|are|s|theyve|hes|just|being|someone)(?: just| been)? (?:bundled|dragged|forced|pulled|thrown|snatched|grabbed|abducted|
    taken)(?: [^ .?]{1,12}){0,3} (?:into|in|to|off) (?:a|the|his|their)(?: [^ .?]{1,8})? (?:car|van|boot|bushes|alley|toilets|woods|lorry|taxi)`),
  pattern(`(?:abducted|kidnapped|snatched|taken)(?: [^ .?]{1,8})? (?:my (?:baby|son|daughter|little|child|kids|boy|girl)|a (?:baby|child|toddler|
    kid))`),
  pattern(`(?:cant|cannot|can not) find (?:my|our|the)(?: [^ .?]{1,10}){0,4} (?:son|daughter|boy|girl|child|toddler|baby|nan|dad|mum|grandad|
    husband|wife|mother|father|kid)`),
  pattern(`(?:wont|will not|not letting|isnt letting|doesnt let) (?:let )?(?:me|her|us|them|my [^ .?]{1,10}) (?:leave|out|go|get out|off|breathe|
    up)`),
  pattern(`(?:hes|shes|he is|theyre|they are|he keeps|dad is|partner is|ex is|boyfriend is|husband is)(?: [^ .?]{1,10})? (?:going for|got hold of|
    got his hands|throwing things|throwing stuff|smashing up|smashing the|trashing|kicking off and|hurting|choking|coming after|coming for|
    banging|battering|lashing out|waving|armed|threatening|trying to kill|trying to hurt|out of control)`),
  pattern(`(?:gone into|in|shes in) labour|(?:baby|babys) (?:is )?(?:coming|crowning|blue|limp|not breathing|floppy|choking|fitting)`),
  pattern(`(?:swallowed|drunk|drank|eaten|injected|taken)(?: [^ .?]{1,10}){0,3} (?:bleach|battery|batteries|antifreeze|poison|weedkiller|magnets|
    rat poison|something bad|too much|too many|all his|all her|all my)`),
  pattern(`(?:crushed|pinned|trapped|stuck|caught|buried|impaled)(?: [^ .?]{1,8}){0,2} (?:under|beneath|by|in|on|between) (?:a|the|his|her|my|
    some|machinery|rubble)(?: [^ .?]{1,10}){0,2}${gap(3)}`),
  pattern(`(?:electrocuted|electric shock|badly burnt|badly burned|burnt bad|scalded|severed|cut off his|cut off her|lost a lot of blood|
    losing blood|blood everywhere|pool of blood|covered in blood|puddle of blood)`),
  pattern(`(?:has|have|just|is|been)(?: just| been)?(?: a(?:n)?)? (?:exploded|explosion|blown up|caved in|come down on|collapsed on|given way)`),
  pattern(`(?:dementia|alzheimers|suicidal|vulnerable|autistic)(?: [^ .?]{1,12}){0,8} (?:missing|wandered|gone out|walked out|left the house|
    run off|on the road|nowhere)`),
  pattern(`(?:on|onto|across) (?:the )?(?:railway|train|rail) (?:line|lines|tracks?)(?=${gap(6)} (?:now|train|kids|lad|man|woman|help|and|wont|
    not|right|.))`),
  pattern(`(?:walking|driving|going|coming) (?:the )?wrong way (?:down|up|on|along|round)`),
  pattern(`(?:locked|got|tied|trapped|holding|keeping|held) (?:me|us|her|my [^ .?]{1,10}) (?:in|up|here|inside|hostage|prisoner|down)`),
  pattern(`(?:are|is|s|theyre|hes|shes|re)(?: still| now| all| just)? (?:beating|battering|kicking|stamping|laying into|smashing|punching|
    dragging|attacking|hitting|stabbing|robbing|mugging|strangling|chasing|shooting)(?: up| in| on)? (?:a|an|some|someone|somebody|this|my|her|
    him|them|the|people|everything|everyone|our|each)`),
  pattern(`(?:theres|there is|think theres|is there|i think there is|i can hear)(?: [^ .?]{1,8})? (?:a |an )?(?:burglar|burglars|intruder|
    intruders|someone|somebody|man|prowler|people|footsteps)(?: [^ .?]{1,10}){0,2} (?:downstairs|upstairs|in my|in the house|in our|in the loft|
    outside my|outside our|at my door|at the door|at my window|inside)`),
  pattern(`(?:hit|struck|knocked down|knocked over|run over|mown down) by a(?: [^ .?]{1,10})? (?:car|van|lorry|bus|train|bike|motorbike|tram|
    taxi)${gap(8)} (?:lying|not|isnt|bleeding|is|still|unconscious|in the road|help|now|hurt)`),
  pattern(`(?:fell|fallen|falls|gone|went|jumped|slipped|is|are)(?: [^ .?]{1,8})? (?:in|into) (?:the|a)(?: [^ .?]{1,14}){1,8} (?:cant see|
    cannot see|cant find|gone under|not come up|hasnt come up|cant swim|struggling|shouting|screaming|help)`),
  pattern(`(?:hear|hearing|someone|somebody|woman|girl|man|child|kid|she|he|shes|hes)${gap(4)} (?:shouting|screaming|calling|yelling|
    crying)(?: out)? (?:for )?(?:help|stop|get off|police|let me go|please)`),
  pattern(`(?:theres|there is|there are|theres about|group|gang|loads|bunch|lads|men|people|they have|theyve got|
    theyve)(?: [^ .?]{1,12}){0,5} with (?:sticks|bats|poles|bottles|bricks|bars|hammers|chains|planks|knives|weapons|dogs and|masks|
    balaclavas)(?! arrested)`),
  pattern(`(?:sat|stood|standing|sitting|stands|is|hanging|climbed)(?: [^ .?]{1,8})? (?:on|over|off|onto) (?:the )?(?:edge|ledge|wrong side|
    parapet|outside|roof edge|railings)(?: of)?`),
  pattern(`(?:armed|bank|post office|jewellers) (?:robbery|raid|robbers)${gap(5)} (?:going on|now|happening|in progress|right)`),
  pattern(`(?:wont|dont|havent|not|doesnt|didnt|hasnt) stop(?:ped)? (?:kicking|hitting|punching|beating|bleeding|shaking|fitting|screaming)`),
  pattern(`(?:on the (?:floor|ground|deck))(?: [^ .?]{1,8}){0,4} (?:kicking|stamping|not moving|bleeding|blood|unconscious|knife)`),
  pattern(`(?:going to|gonna|want to|wanna|about to|ready to|im|got to|have to|decided to) (?:end it|ending it|end things|do it tonight|finish it|
    say goodbye)`),
  pattern(`(?:power ?line|power cable|power lines|live wire|electric cable|pylon|cable)(?: [^ .?]{1,10}){0,5} (?:sparking|down|live|on the road|
    arcing)`),
  pattern(`(?:chest pains?|lips are blue|lips blue|going blue|gone grey|slurring|face drooping|cant feel his|cant feel her|head is pouring|
    head pouring)`),
  pattern(`${DANGER}${gap(8)} ${NOW}`),
  pattern(`(?:${NOW})${gap(6)} ${DANGER}`),
  pattern(
    `${oneOf(`has, hes, shes, theyve, has got, hes got, shes got, theyve got, got, have, holding, waving, carrying, swinging,
    with`)}(?: got)?(?: ${oneOf(`a, an, the, two, his, her, big, huge, massive, kitchen, large, long, what looks like, some, sort, of,
    loaded`)}){0,4} ${WEAPON}`,
  ),
  pattern(`${oneOf(`is, are, s, theyre, hes, shes, someones, somebodys, burglars, intruders, people, men, lads, theres someone, theres somebody,
    theres a man, theres men`)}(?: (?:just|still|now|actively))?(?: (?:trying|tryin|try) to (?:break|get|kick|smash|climb|force)| breaking|
     climbing| kicking| smashing| forcing)${gap(3)} ${oneOf(`in, into, my door, the door, door, our door, window, windows, my house, our house,
    through`)}`),
  pattern(
    `${oneOf(`theres, there is, someone, somebody, man, bloke, burglars, burglar, intruder, intruders, prowler, men, he is, hes, they are,
    theyre`)}(?: [^ .?]{1,15}){0,2} in (?:my|our|the|next doors?)(?: back| front| neighbours)? ?${oneOf(`house, garden, kitchen, loft, home,
    hallway, bedroom, next door, door`)}${gap(4)} ${oneOf(`trying, now, and im, im alone, on my own, hiding, help, downstairs, upstairs,
    right this second, i can hear`)}`,
  ),
  pattern(
    `${IS} ${oneOf('being, getting')} ${oneOf(`attacked, stabbed, beaten, beaten up, mugged, raped, dragged, strangled, followed, chased,
    robbed, kicked, assaulted, jumped, battered, held`)}`,
  ),
  pattern(
    `${oneOf(`hes, shes, theyre, he is, she is, they are, are, is, husband is, dad is, lads are`)} (?:all )?${oneOf(`hitting, beating,
    strangling, attacking, hurting, killing, kicking, stabbing, choking, raping, punching, battering, kicking off at, throttling, dragging,
    suffocating, drowning`)}(?: up)? ${oneOf(`her, him, them, each other, one another, my mum, my mam, my sister, my brother, my dad, someone,
    somebody, a man, a woman, a girl, a lad, a kid, a boy, the kids, his wife, his girlfriend, the baby, our mum`)}`,
  ),
  pattern(`${oneOf('kicking, stamping, stomping, jumping')} (?:on )?(?:his|her|their|a|some)(?: [^ .?]{1,12})? (?:head|face)`),
  pattern(`${WILL} (?:kill|stab|shoot|murder|strangle|burn) ${PERSON}`),
  pattern(`${oneOf(`going to, gonna, about to, threatening to, trying to, looks like shes going to, looks like hes going to`)} jump`),
  pattern('wrong side of the(?: [^ .?]{1,12}){0,2} (?:railings?|barriers?|bridge|fence|rail)'),
  pattern(`${oneOf(`want to, wanna, going to, gonna, about to, ready to, im just going to`)} (?:kill myself|end it all|end it|end my life|
    take my(?: own)? life|die tonight|hang myself|jump off)`),
  pattern(`${oneOf('taken, took, taking, has took, swallowed')}(?: [^ .?]{1,10}){0,3} (?:overdose|tablets|pills|paracetamol)`),
  pattern(`${oneOf(`not, isnt, stopped, aint, hasnt been, barely, no longer, cant see him, cant see her`)} breathing`),
  pattern(
    `${oneOf(`he, she, baby, mum, mam, dad, wife, husband, nan, grandad, son, daughter, friend, neighbour, man, woman, lady, lad,
    girl`)} cant breathe?`,
  ),
  pattern(
    `${oneOf('has, just, have, is, hes, shes, lady, man, woman')} (?:just )?${oneOf(`collapsed, passed out, unconscious, unresponsive,
    fitting, choking, drowning, bleeding to death, bleeding out, bleeding badly, bleeding everywhere, bleeding heavily, having a heart attack,
    having a stroke, having a seizure, having a fit`)}`,
  ),
  pattern(`${oneOf('wont, doesnt, cant, isnt, not, will not, cannot')} (?:answer me|answering me|answer us|speak to me|come round|get up|wake up|
    waking up|waking|wake him|wake her|wake my [^ ]{1,10}|responding|respond)`),
  pattern(
    `${oneOf(`house, flat, flats, building, car, van, bungalow, home, caravan, barn, shop, pub, neighbours, block, boat, hes, shes, person,
    someone`)}(?: (?:is|are|s))?(?: all)? ${oneOf('on fire, in flames, burning down, is burning')}`,
  ),
  pattern(
    `${oneOf('fire, smoke, flames')}${gap(12)} ${oneOf(`inside, trapped, cant get out, get out, stuck, coming out of the, people in there,
    kids in there, someone in there`)}`,
  ),
  pattern(`${oneOf('trapped, stuck')} (?:inside|in there|under|in the|upstairs)`),
  pattern(`${oneOf(`is, are, has, s, fell, fallen, went, gone, hes, shes`)}(?: just)?(?: fallen| gone)? (?:in the (?:water|river|sea|canal|lake|
    drain|brayford)|through the ice|through|into the (?:water|river|canal|sea|drain))(?= (?:at|near|by|and|cant|quick|help|now|on|just|under)|
    (?: [.?])| please)`),
  pattern(
    `${oneOf('just been, has been, been, just got')} ${oneOf(`stabbed, shot(?! at), run over, hit by a car, knocked down, hit by a van,
    hit by a lorry`)}`,
  ),
  pattern(
    oneOf(`shots fired, shots being fired, hearing shots, hear gunshots, heard gunshots, gunshots, shooting at, shooting outside,
    firing a gun, firing shots`),
  ),
  pattern(
    `${oneOf('car, van, lorry, bus, tractor, bike')}(?: [^ .?]{1,15}){0,3} ${oneOf(`upside down, in the dyke, in the drain, in the river,
    in the ditch, on its roof, overturned, rolled over`)}${gap(8)} ${oneOf(`still in, trapped, inside, cant get out, in it, stuck`)}`,
  ),
  pattern(
    `(?:gone )?missing${gap(6)} ${oneOf(`in the last, just now, minutes, minutes ago, hour ago, half an hour, since this morning,
    please help`)}${gap(4)}`,
  ),
  pattern(`${oneOf(`help, help me, help us, send someone, send help, send somebody, send police, send the police, please come, come quick, hurry,
    quick, please hurry, someone help, get someone here`)}(?: please| me| quick| us)? ${SOMEBODY}(?: is| are| has|
    s)?(?: [^ .?]{1,12}){0,2} ${oneOf(`breaking, hitting, trying, attacking, outside, killing, hurting, beating, got, stabbed, in, shooting,
    coming`)}`),
  pattern(
    `${oneOf(`has just, have just, just, hes just, shes just, theyve just, is just`)}(?: [^ .?]{1,8})? ${oneOf(`pulled a, pulled out a,
    pulled out, thrown her, thrown him, thrown a, pushed her, pushed him, hit a, hit her, hit him, smashed head on, crashed, smashed into, fallen,
    fell, collapsed, jumped off, jumped in, stopped breathing, attacked, stabbed, shot, run over, set fire, been thrown, gone over, gone under,
    gone in the, gone into, keeled over, driven into, ploughed into, knocked`)}${gap(8)} ${oneOf(`gun, knife, on the lad, on the, her, him,
    stairs, moving, trapped, head on, roof, bridge, water, river, road, ground, floor, people, crowd, hurt, blood, off, out, under, lights`)}`,
  ),
  pattern(
    `${oneOf('fallen, fell, falling, dropped')} (?:off|from|out of|down|through)(?: [^ .?]{1,12}){0,3} ${oneOf(`roof, multi storey,
    car park, bridge, ladder, scaffolding, balcony, window, cliff, stairs, well, platform, pier, silo, hay loft`)}`,
  ),
  pattern(`${oneOf(`isnt, not, wasnt, aint, hasnt, stopped, hardly, barely`)} (?:moving|moved|responding|awake|conscious|talking any more)`),
  pattern(`${oneOf(`someone, somebody, shes, hes, is, im, lad, man, woman, he is, she is, and, my, blood`)}(?: [^ .?]{1,10})? (?:bleeding|pouring|
    spurting|gushing)(?: [^ .?]{1,10}){0,3} ${oneOf(`neck, head, chest, badly, loads, everywhere, a lot, out, stomach, leg, from, heavily,
    wont stop`)}`),
  pattern(`(?:brawl|fight|fighting|kicking off|scrap|riot|punch up|mass brawl)${gap(6)} (?:everywhere|glass|blood|bottles|knives|bats|going on|
    breaking out|still going|in the street|send|bleeding)`),
  pattern(`${oneOf(`wandering, walking, running, lying, laid, stood, standing, sat, sitting, kids playing, playing`)} (?:on|in|along|across|
    down)(?: [^ .?]{1,10}){0,2} ${oneOf(`a46, a1, a15, a17, a158, a57, a180, m180, bypass, motorway, carriageway, dual carriageway, tracks,
    train tracks, railway, railway line, live lane, ledge, level crossing, train line, road unconscious, roof edge`)}`),
  pattern(`${oneOf('cars, traffic, lorries')} (?:are )?swerving`),
  pattern(`(?:smell|smells|stinks|reeks|leaking|leak)(?: [^ .?]{1,10}){0,3} gas|gas (?:smell|leak|leaking)|carbon monoxide`),
  pattern(`(?:pouring|poured|got|have|throwing|dousing|covering)(?: [^ .?]{1,10}){0,4} (?:petrol|acid|lighter fluid|
    paraffin)(?: [^ .?]{1,12}){0,6} (?:letterbox|letter box|door|over|lighter|through|light)`),
  pattern(
    `${oneOf(`someone, somebody, stranger, man, men, people, burglars, burglar, intruder, they are, theyre, hes,
    he is`)}(?: [^ .?]{1,8})? in (?:my|our|the|mums|nans|next doors) (?:house|home|flat|bedroom|kitchen|loft|hall|garage|garden)`,
  ),
  pattern(`${oneOf(`they will, theyll, says theyll, say theyll, who say theyll, says hell, says shell, saying theyll, saying hell, threatening to,
    going to, gonna`)} (?:cut|kill|stab|shoot|hurt|burn|slit|do|batter|throw)(?: [^ .?]{1,8})? ?(?:me|him|her|us|them|my|the house|myself|himself|
    herself|acid|petrol)?`),
  pattern(`${oneOf('taken, took, swallowed, had, drunk, drank')} (?:a )?(?:load|loads|lot|lots|bottle|box|packet|whole|all|too many|bunch|handful|
    bleach|antifreeze|weedkiller)(?: [^ .?]{1,8}){0,3} (?:pills|tablets|paracetamol|medication|meds|bleach|box|bottle|insulin)`),
  pattern(`(?:dont|do not|cant|no longer) (?:want to be here|want to live|want to be alive|go on living|see a way out|go on any ?more)|
    (?:better off dead|say goodbye to everyone|cutting myself|slit my wrists|cut my wrists)`),
  pattern(
    `${oneOf(`having, is having, hes having, shes having, think hes having, think shes having,
    looks like a`)}(?: [^ .?]{1,8})? (?:heart attack|stroke|seizure|fit|asthma attack|allergic reaction|contractions)`,
  ),
  pattern(`(?:face has dropped|gone blue|turning blue|going blue|lips are blue|no pulse|cant find a pulse|doing cpr|need an ambulance|
    send an ambulance|need ambulance|ambulance now|call an ambulance|need police now|need the police now|need police here)`),
  pattern(`(?:baby|toddler|child|kid|dog|person|woman|man|lad)(?: [^ .?]{1,8}){0,3} (?:locked in|left in|shut in|trapped in|stuck in|drowning|
    hanging off|hanging from|dangling|swept)`),
  pattern(`screaming (?:for help|for her life|for his life|help|blue murder)`),
  pattern(`${oneOf('locked, locked myself, hiding, barricaded, hid')} in (?:the|
    my)(?: [^ .?]{1,12}){0,2} ${oneOf('he, hes, they, theyre, shes, because, and he')}`),
  pattern(
    `${oneOf(`hes, shes, he is, someone is, somebody is, theyre, man is, im being, i am being, being`)} ${oneOf(`following, followed by,
    followed, right behind, chasing, stalking`)}(?: me| us)? ${oneOf('home, now, hes, and, near, right, from, down, .')}`,
  ),
  pattern(
    `${WEAPON}${gap(4)} ${oneOf(`outside my, at my, at the door, chasing, outside our, running at, in the road, in the street,
    outside now`)}`,
  ),
  pattern(`${oneOf('held, holding, being held, keeping')}(?: [^ .?]{1,10}){0,2} (?:hostage|against (?:my|her|his) will|at knifepoint|at gunpoint)`),
]

/** What one would do, what is over, what is told, and what is only said so. */
const HYPOTHETICAL = pattern(
  oneOf(`if i, if someone, if somebody, if anyone, if you, if a, if he, if she, if they, if there, if my, if we, when someone, what if,
    what happens if, what do i do if, who do i, who do we, do i ring, do i call, should i, should we, would you, would i, how do i, how do you,
    what to do if, what should, how many, how often, will be, could be, imagine, in case, whenever, will get, waiting to happen, one day,
    someone will, somebody will`),
)
const OVER = pattern(
  `${oneOf(`was, were, last year, last month, last week, last night, last winter, last summer, last time, last saturday, last sunday, last friday,
    on saturday, on sunday, on friday, on monday, yesterday, ago, used to, back in, in may, in march, in january, in february, in april, in june,
    in july, in august, in september, in october, in november, in december, in the past, years, when i was, arrested, charged, remember,
    remembers, since then, caught yet, saved me, it was over, threatened, attacked me, dealt with it, send help lol, goose,
    knocked off his bike in, had a stroke in, had a stroke last, had a meeting, had a fight, had a fire, had a talk, in the summer, in the winter,
    on sunday, landed, training, how to treat, every weekend, every year, every night, bonfire, war zone, collecting, laughing, nearly died,
    a killer, for fun, season, an emergency if, killing the high, the fight to, landed on`)}|in (?:19|20)\\d\\d|the (?:19|20)\\d\\ds?`,
)
const TOLD = pattern(
  oneOf(`film, films, movie, telly, tv, programme, program, video, book, game, talk, project, news, story, museum, history, training, exercise,
    course, workshop, open day, amnesty, bins, bin, arch, good idea, great idea, campaign, play, panto, exhibition, poster, leaflet, drill,
    water guns, villain, scene, evening class, first aid course, training evening, toy gun, nerf, gun shop, shooting club, agm, statistics,
    figures, knife crime, on coronation street, eastenders, traffic is, prices, parking charges, drone, fancy dress, sale`),
)

export function emergenciesIn(saying: Saying): Span[] {
  return sentencesOf(saying.said).flatMap(({ from, said }) => {
    if (isHarmless(said)) return []
    const place = earliestOf(STRONG, said) ?? graveNow(said.split(' '))
    return place ? [spanOf(saying, from + place.from, from + place.to)] : []
  })
}

/** A grave word close to one of the present. */
function graveNow(words: readonly string[]): Span | null {
  const found = near(words, NOWADAYS, GRAVE, 12)
  return found ? offsetsOf(words, found[0], found[1]) : null
}

const isHarmless = (said: string): boolean => TOLD.test(said) || HYPOTHETICAL.test(said) || (OVER.test(said) && !IS_NOW.test(said))

/** What makes up for a word of the past in the same sentence. */
const IS_NOW = pattern(
  oneOf(`right now, as we speak, as i type, as i write, right this second, this minute, just this minute, in the last,
    minutes ago, wont wake, not breathing, isnt breathing, still in there, just been, has just`),
)
