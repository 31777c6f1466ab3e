/** Complete forms of every kind, as a composer sends them on 27 March 2027, and what is wrong with others. */
import { Refused } from '../../src/errors.ts'
import { acceptForm, contentOf, type PostContent } from '../../src/posts/kinds.ts'
import { STAFF_KINDS, type DraftForm, type PostKind, type StaffKind } from '../../src/posts/schema.ts'

export const NOW = new Date('2027-03-27T12:00:00Z')

const IN_NETWORK: DraftForm = { title: 'Who has done this before?', body: 'We try it for the first time.', tags: '' }

export const FORMS: Readonly<Record<PostKind, DraftForm>> = {
  ...(Object.fromEntries(STAFF_KINDS.map((kind) => [kind, IN_NETWORK])) as Record<StaffKind, DraftForm>),
  update: { title: 'Speed checks', body: 'We were on **Grantham Road**.', tags: 'Speeding, #roads', expires: '28/3/2027' },
  appeal: {
    title: 'Did you see it?',
    body: 'A bicycle was taken.',
    tags: '',
    'what-for': 'witnesses',
    when: 'Saturday 20 March between 2pm and 3pm',
    where: 'High Street, by the 7 mile post',
    reference: '27000123456',
    expires: '24 April 2027',
  },
  arrest: {
    stage: 'arrest',
    gender: 'man',
    age: '34',
    'home-town': 'North Hykeham',
    nature: 'Burglary',
    'offence-date': '2027-03-20',
    'offence-place': 'Newark Road, Lincoln',
    'arrest-date': '26/3/2027',
    status: 'bail',
    'bail-date': '24 April 2027',
    outcome: 'continues',
    lock: 'yes',
    'lock-review': '2027-10-31',
  },
  court: { title: 'Sentenced', body: 'For theft.', tags: '', court: 'Lincoln Crown Court', 'hearing-date': '26/3/2027', result: 'sentenced' },
  advice: {
    title: 'Sheds',
    body: 'How to lock them.',
    tags: 'sheds',
    steps: '1. Lock it\n- Mark it\n\nTell us',
    'more-help': 'https://www.police.uk/x',
  },
  'found-property': { title: 'A ring', body: 'Is it yours?', tags: '', item: 'A ring', 'found-on': '25 Mar', where: 'The common', reference: '' },
  outcome: { title: 'Lights', body: '', tags: '', 'you-said': 'It is dark.', 'we-did': 'The council mended them.' },
  priority: { title: 'Speeding on Grantham Road', body: 'Cars go too fast past the school.', tags: 'speeding' },
  question: { title: 'Who patrols?', body: 'At night?', tags: 'patrols' },
  presence: { title: 'Meet us at the library', body: 'Bring your bicycle.' },
  event: { title: 'Meeting at the village hall', body: 'Come and tell us.', tags: '' },
  survey: { title: 'How safe do you feel?', body: 'Five questions.', tags: '' },
  'can-you-help': { title: 'Litter pick on the common', body: 'Bring gloves.', tags: '' },
}

export const CHARGE: DraftForm = {
  stage: 'charge',
  gender: 'woman',
  age: '41',
  'home-town': 'Lincoln',
  'offence-date': '2027-03-20',
  'offence-place': 'in the Bracebridge Heath area',
  'arrest-date': '2027-03-25',
  status: 'custody',
  'charged-with': 'two counts of burglary',
  'charge-date': '2027-03-26',
  court: 'Lincoln Magistrates’ Court',
  'court-date': '2027-03-29',
  name: 'Ada Example',
}

export const EXCEPTION: DraftForm = {
  name: 'Bertram Example',
  'exception-reason': 'He is missing from custody and people need to know',
  'exception-authorised-by': 'Superintendent Quillfeather',
  'exception-date': '2027-03-26',
}

/** The content of a form, or the messages by field with which it is refused. */
export function tryContent(kind: PostKind, form: DraftForm, now = NOW): { content: PostContent | null; refused: Readonly<Record<string, string>> } {
  try {
    return { content: contentOf(kind, form, now), refused: {} }
  } catch (problem) {
    if (problem instanceof Refused) return { content: null, refused: problem.fields }
    throw problem
  }
}

export const refusedAt = (kind: PostKind, form: DraftForm, now = NOW): Readonly<Record<string, string>> => tryContent(kind, form, now).refused

/** The messages with which a form is not even kept. */
export function notAccepted(kind: PostKind, form: DraftForm): Readonly<Record<string, string>> {
  try {
    acceptForm(kind, form)
    return {}
  } catch (problem) {
    if (problem instanceof Refused) return problem.fields
    throw problem
  }
}
