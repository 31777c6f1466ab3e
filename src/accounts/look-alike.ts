/**
 * What a name looks like, whatever it is written with: two names with the same skeleton can be taken for each other.
 */

// Capital letters first, for some look like another letter than their small form does (Greek Ν is an N, ν is a v).
const CAPITALS = pairs(
  'ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ϹC АA ВB ЕE ЗE КK МM НH ОO РP СC ТT УY ХX ЅS ІI ЈJ ҮY ' +
    'ԌG ԚQ ԜW ӀI ՍU ՏS ՕO ᎠD ᎡR ᎢT ᎥI ᎪA ᎫJ ᎬE ᎳW ᎷM ᎻH ᏀG ᏃZ ᏎS ᏙV ᏚS ᏞL ᏟC ᏢP ᏦK ᏴB',
)
const SMALL = pairs(
  'αa βb γy εe ζz ηn ιi κk νv οo ρp σo τt υu χx ωw ϲc аa вb гr еe зe иu кk мm нh оo пn рp сc тt уy хx ьb ѕs іi јj һh ӏl ԁd ԛq ԝw ɡg զq հh յj ոn ռn սu օo ցg ' +
    'ıi łl øo đd ħh ŧt ɑa əe ɩi ɪi ʟl ɴn ʀr ʙb ʜh ʏy ᴀa ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz ꜰf ꜱs ɢg 0o 1l 2z 3e 4a 5s 6g 7t 8b 9g',
)

function pairs(list: string): Map<string, string> {
  return new Map(list.split(' ').map((pair) => [[...pair][0] ?? '', [...pair][1] ?? '']))
}

const mapped = (text: string, map: Map<string, string>): string => [...text].map((letter) => map.get(letter) ?? letter).join('')

/** Small Latin letters in place of everything that looks like one; accents gone. What has no such look stays. */
export function plainForm(text: string): string {
  const bare = text.normalize('NFKD').replace(/\p{M}+/gu, '')
  return mapped(mapped(bare, CAPITALS).toLowerCase(), SMALL)
}

/** One form for all that look the same: "Po1iice", "POLICE" and "Роӏісе" give the same. Letters only. */
export function skeletonOf(text: string): string {
  return plainForm(text)
    .replace(/rn/g, 'm')
    .replace(/vv/g, 'w')
    .replace(/i/g, 'l')
    .replace(/[^\p{L}\p{N}]+/gu, '')
    .replace(/(.)\1+/gu, '$1')
}

/** Letters of alphabets that look alike must not stand together. */
const ALIKE = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Coptic}/u,
  /\p{Script=Lisu}/u,
]

export const mixesAlphabets = (name: string): boolean => ALIKE.filter((script) => script.test(name)).length > 1

/** Written with styled letters ("𝐏𝐚𝐭", "ᴘᴀᴛ", "Ⓟat") instead of plain ones. */
export const isStyled = (name: string): boolean => name.normalize('NFKC') !== name.normalize('NFC') || /[\u1d00-\u1dbf\ua730-\ua731]/.test(name)
