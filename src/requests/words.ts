/**
 * How requests are spoken of.
 */
import type { RequestKind } from './schema.ts'

interface Words {
  /** "a legal lock", to follow "asks for". */
  name: string
  /** In the form. */
  label: string
  hint: string
  /** What the press office does then, as a link says it. */
  step: string
}

export const REQUEST_WORDS: Readonly<Record<RequestKind, Words>> = {
  'legal-lock': {
    name: 'a legal lock',
    label: 'Lock it: proceedings are active',
    hint: 'Somebody was arrested, summoned or charged, or a warrant was issued. Say who did it and when. The press office looks at it within a staffed hour.',
    step: 'Set the lock',
  },
  hold: {
    name: 'holding every comment',
    label: 'Hold every comment',
    hint: 'Each waits for a moderator before it appears.',
    step: 'Hold the comments',
  },
  close: {
    name: 'closing a conversation',
    label: 'Close it',
    hint: 'Say why and until when. Readers will see both.',
    step: 'Close the conversation',
  },
  'pre-election': {
    name: 'a pre-election period',
    label: 'Pre-election period',
    hint: 'Posts of some kinds then need the press office, and a banner says so.',
    step: 'Set the period',
  },
  'major-incident': {
    name: 'major-incident mode',
    label: 'Major incident',
    hint: 'Every comment of residents is looked at first, and a banner says what is going on. In a hurry, ring the press office.',
    step: 'Set the mode',
  },
  seal: {
    name: 'a seal',
    label: 'Seal it as evidence',
    hint: 'Nobody can change, delete or dispose of it. Name the authority and its reference. The press office looks at it within a staffed hour.',
    step: 'Seal it',
  },
  alert: {
    name: 'an urgent alert',
    label: 'Send it as an urgent alert',
    hint: 'It goes at once to everybody who asked for alerts here. Say why it cannot wait. Two people of the press office have to agree.',
    step: 'Propose the alert',
  },
  'open-seal': {
    name: 'opening a seal',
    label: 'Open what is sealed',
    hint: 'Say who has to read it, and under which authority. Two people have to agree, and it is logged.',
    step: 'Propose to open it',
  },
}
