/** Which words name a person, as far as a short list of first names and the look of the words can say. */

/** First names that are no common word, small letters. */
const FIRST = words(`
  aaron abbie abby abdul abigail adam adele adrian agnieszka ahmed aidan aimee alan albert aleksandra alex alexander alexandra alfie ali
  alice alicia alison allan amanda amber amelia amir amy ana andrea andreea andrei andrew andrzej andy angela angus anita ann anna anne
  annie anthony antony archie arthur ashleigh ashley asif aiden ava barbara barry bartek beata becca becky ben benjamin bernard bernie beth
  bethany betty beverley bianca billy bradley brandon brenda brendan brett brian bryan bruce callum calum cameron cara carl carly caroline
  catherine cathy chantelle charlene charles charley charlie charlotte chelsea cheryl chloe chris christian christina christine christopher
  claire clare clive colin connor conor courtney craig cristian curtis cynthia daisy damian damien dan daniel danielle danny daria darius
  darren dave david davey dawid dawn debbie deborah debra declan denise dennis derek diane dilys dominic donald donna doreen dorothy dorota
  doug douglas duncan dylan eddie edith edward edyta eileen elaine eleanor elizabeth ella ellen ellie elliot elsie emilia emily emma eric
  erin ernest ethan eva evelyn ewa fatima fiona frances francesca fred freddie gabriel gareth gary gavin gaz gemma geoff geoffrey george
  georgia georgina gerald geraldine gillian gina glen glenn glenys gordon graham grant greg gregory grzegorz hannah harriet harold hassan
  hayley heather helen henry holly howard hugh iain ian ibrahim imran irena isaac isabella isla ivan ivy jackie jacob jacqueline jade jake
  jakub jamal james jamie jan jane janet janice jasmine jason jay jayden jayne jean jeanette jeff jeffrey jenna jennifer jenny jeremy jerry
  jess jessica jill jim jimmy joan joanna joanne jodie joe joel john johnny jon jonas jonathan jordan joseph josh joshua joyce judith julia
  julian julie justin kamil karen karl karol kasia kate katherine kathleen kathryn kathy katie katy kayleigh keith kelly kelvin ken kenneth
  kenny kerry kev kevin khalid kieran kieron kim kimberley kirsty krzysztof kyle lauren laura lawrence leah leanne lee leigh len leo leon
  leonard lesley leslie lewis liam lily linda lindsay lindsey lisa lorraine louis louise luca lucy luke lukasz lydia lynda lynn lynne
  maciej madison malcolm mandy marcin marcus margaret maria marian marie marilyn mario marion marius marjorie mariusz martin martyn mary
  matt matthew maureen mateusz max megan mel melanie melissa michael michal michelle mick mihai mike mohammed mohamed molly monica monika
  muhammad muriel nadia nancy naomi natalie natasha nathan neil niall nicholas nicky nicola nigel noah nora norman olga oliver olivia omar
  oscar owen pamela patricia patrick patrycja paul paula pauline pawel peter phil philip phillip phoebe piotr polly rachel raj rajesh ralph
  rebecca reece reggie rhys richard ricky rita robbie robert roberta robin roger ron ronald ronnie rory ross roxanne roy russell ruth ryan
  sally sam samantha samuel sandra sara sarah scott sean sebastian shane shannon sharon shaun sheila shirley sian sidney simon sophia
  sophie stacey stan stanley stefan stella stephanie stephen steve steven stewart stuart susan susie suzanne sylvia szymon tanya tariq
  tasha terence teresa terry thelma theo theresa thomas tim timothy tina toby todd tom tomasz tommy tomas tony tracey tracy trevor
  tristan troy tyler valerie vanessa vera veronica vicky victor victoria vincent violet vivienne wayne wendy wesley wes wilfred william
  yasmin yusuf yvonne zac zach zack zara zoe zofia`)

/** First names that are words too: only with a capital, and not at the beginning of a sentence unless a surname follows. */
const UNSURE = words(`
  art bill bob carol dean don drew faith frank grace guy harry hope jack joy june mark may nick pat penny ray rich rob rose sue summer ted
  will jo al des dick dot gene kit les lou mo pip rod ruby stew sunny val vic
`)

const TITLES = words('mr mrs ms miss dr rev reverend father sir lady lord')
const RANKS = words(`
  pc pcso pcsos wpc ps dc ds di dci cdi sgt sergeant inspector insp constable superintendent supt chief detective officer special cop
  copper commander
`)
const FAMILY = words('family brothers brother sisters twins lads boys lot clan gang')

/** Words that stand after a first name and are no surname. */
const NOT_SURNAMES = words(`
  a about above after again all also always am an and another any are around as asked at away back be because been before behind being best
  both but by called came can cant caught chased could did didnt do does doesnt doing done down each even ever every everyone first for
  found from gave get gets getting go goes going gone got had has hasnt have he hell her here hes him his how i if im in into is isnt it
  its just keep keeps kept knows last lives like made makes me might more my never next nicked no not now of off on once one only or our
  out over please put ran really round robbed said saw say says seen sells she shes should sold so some someone started still stole steals
  stopped such take takes than thanks that the their them then there they theyre this threatened to today told too took tried two under
  until up us was wasnt we went were what when where which while who whos why will with wont would wouldnt yesterday yet you your tonight
  deals dealt beats hits hit assaulted attacked broke burgled
  stabbed smashed torched scammed punched kicked drink drives admitted thinks wants died killed reported knocked set`)

/** What stands with a capital and is no person. */
const NOT_NAMES = words(`
  road street lane close avenue drive crescent town city united rovers fc park school academy church council police force team watch club
  arms inn hotel bank station market hospital county village hall green hill bridge court house common hub centre group facebook tesco asda
  aldi lidl sainsburys morrisons boots argos halfords co op coop amazon google twitter bbc itv echo standard royal mail post office north
  south east west lincoln lincolnshire boston grantham louth sleaford spalding skegness gainsborough stamford bourne horncastle grimsby
  scunthorpe nottingham newark hull leeds london leicester peterborough england britain monday tuesday wednesday thursday friday saturday
  sunday january february march april june july august september october november december christmas easter new year the a an this that
  these those it its he she we they you i my our your his her their there here who what when where why how if is are was were do does did
  has have had can could should would will everyone everybody someone somebody anyone nobody people kids lads police officers drugs drug
  dealers thieves neighbourhood hope please thanks thank well good great not no yes ok so and but or because all any some
  ask arrest saw seen know knows told about by with from see tell says said god omg lol councillor cllr dear hi hello regards ps old poor
  little big young`)

const PAST_PEOPLE = words(`
  fawkes turpin hood shipman thatcher biggs sutcliffe crippen capone kelly ripper newton cromwell napoleon hitler churchill trump putin
  savile kray krays hereward moriarty sikes twist scrooge potter claus boleyn raffles
`)

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s{1,20}/).filter((word) => word !== ''))
}

export interface Spoken {
  word: string
  raw: string
}

const isCapital = (raw: string | undefined): boolean => raw !== undefined && /^\p{Lu}/u.test(raw)
const isWordy = (spoken: Spoken | undefined): spoken is Spoken => spoken !== undefined && /^\p{L}[\p{L}'-]{1,25}$/u.test(spoken.raw)
const bare = (word: string): string => word.replace(/s$/, '')

/**
 * How many words from this one on name a person: 0 for none. Police officers by rank are none here: what is said about them is criticism or
 * a complaint, and has its own way. `isCalm` tells that capitals mean something in this text.
 */
export function nameLengthAt(spoken: readonly Spoken[], index: number, isCalm: boolean): number {
  const [before, first, second, third] = [spoken[index - 1], spoken[index], spoken[index + 1], spoken[index + 2]]
  if (!isWordy(first) || (before && (RANKS.has(before.word) || isSurnameOfRank(spoken, index)))) return 0
  if (TITLES.has(first.word)) return isWordy(second) && !NOT_SURNAMES.has(second.word) && !PAST_PEOPLE.has(second.word) ? 2 : 0
  if (first.word === 'the') return isWordy(second) && isCapital(second.raw) && !NOT_NAMES.has(second.word) && third && FAMILY.has(third.word) ? 3 : 0
  if (RANKS.has(first.word)) return 0
  const length = lengthOfName(first, second, isFirstInSentence(before), isCalm)
  const last = spoken[index + length - 1]
  return length > 0 && last && !PAST_PEOPLE.has(last.word) && !isPast(spoken, index + length) ? length : 0
}

/** "Jack the Ripper". */
const isPast = (spoken: readonly Spoken[], after: number): boolean => spoken[after]?.word === 'the' && PAST_PEOPLE.has(spoken[after + 1]?.word ?? '')

const isFirstInSentence = (before: Spoken | undefined): boolean => before === undefined || before.word === '.' || before.word === '?'

const isSurnameOfRank = (spoken: readonly Spoken[], index: number): boolean =>
  [1, 2].some((back) => RANKS.has(spoken[index - back]?.word ?? '') && isCapital(spoken[index]?.raw))

function lengthOfName(first: Spoken, second: Spoken | undefined, isStart: boolean, isCalm: boolean): number {
  const hasSurname = isWordy(second) && isSurname(second, isCalm)
  const given = bare(first.word)
  const isGiven = FIRST.has(first.word) || (FIRST.has(given) && first.raw.endsWith("'s"))
  if (isGiven) return hasSurname ? 2 : 1
  const hasCapital = isCalm && isCapital(first.raw)
  if (UNSURE.has(first.word)) return hasSurname && isCapital(second?.raw) && hasCapital ? 2 : hasCapital && !isStart ? 1 : 0
  if (!hasCapital || NOT_NAMES.has(first.word) || first.word.length < 3) return 0
  return hasSurname && isCapital(second?.raw) ? 2 : 0
}

const isSurname = ({ word, raw }: Spoken, isCalm: boolean): boolean =>
  !NOT_SURNAMES.has(word) && !NOT_NAMES.has(word) && (!isCalm || isCapital(raw) || raw === word) && word.length > 2
