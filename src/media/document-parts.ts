/**
 * What of a PDF may stay. A page keeps what it takes to show it and its links to websites; everything else that a reader would act on, or that tells
 * of whoever made the document, is taken out before the pages are copied.
 */
import {
  PDFArray,
  PDFDict,
  PDFHexString,
  PDFName,
  PDFRawStream,
  PDFStream,
  PDFString,
  type PDFDocument,
  type PDFObject,
  type PDFPageLeaf,
} from '@cantoo/pdf-lib'
import { cleanJpeg } from './jpeg-segments.ts'

const name = (text: string): PDFName => PDFName.of(text)

/** `Parent` is left out by the copier, after it has looked there for what a page inherits. */
const OF_A_PAGE = new Set(
  ['Type', 'Parent', 'MediaBox', 'CropBox', 'BleedBox', 'TrimBox', 'ArtBox', 'Rotate', 'Resources', 'Contents', 'UserUnit', 'Group', 'Annots'].map(
    name,
  ),
)
const OF_NO_STREAM = [
  'Metadata',
  'PieceInfo',
  'LastModified',
  'OPI',
  'Alternates',
  'AF',
  'Ref',
  'Measure',
  'PtData',
  'StructParent',
  'StructParents',
  'F',
  'FFilter',
  'FDecodeParms',
].map(name)
const ACTIONS = new Set(
  'JavaScript Launch GoToR GoToE SubmitForm ImportData ResetForm Rendition Movie Sound RichMediaExecute Named Hide Trans GoTo3DView SetOCGState Thread'
    .split(' ')
    .map(name),
)
const FILES = new Set(['Filespec', 'EmbeddedFile', 'Metadata'].map(name))

/** Takes out of the document, in place, all that must not be copied. */
export function disarm(document: PDFDocument): void {
  for (const page of document.getPages()) keepOnPage(page.node)
  for (const [, object] of document.context.enumerateIndirectObjects()) clean(object, 0)
}

function keepOnPage(page: PDFPageLeaf): void {
  const links = linksOf(page)
  for (const key of page.keys()) if (!OF_A_PAGE.has(key)) page.delete(key)
  page.delete(name('Annots'))
  if (links.length > 0) page.set(name('Annots'), page.context.obj(links))
}

/** New ones, with nothing but the place and the address: of those that lead to a website. */
function linksOf(page: PDFPageLeaf): PDFDict[] {
  const annotations = page.lookup(name('Annots'))
  if (!(annotations instanceof PDFArray)) return []
  return Array.from({ length: Math.min(annotations.size(), 2000) }, (_, index) => linkFrom(annotations.lookup(index))).filter((link) => link !== null)
}

function linkFrom(annotation: PDFObject | undefined): PDFDict | null {
  if (!(annotation instanceof PDFDict) || annotation.lookup(name('Subtype')) !== name('Link')) return null
  const action = annotation.lookup(name('A'))
  const place = annotation.lookup(name('Rect'))
  if (!(action instanceof PDFDict) || action.lookup(name('S')) !== name('URI') || !(place instanceof PDFArray)) return null
  const address = addressOf(action.lookup(name('URI')))
  if (address === null) return null
  const { context } = annotation
  const target = context.obj({ Type: 'Action', S: 'URI', URI: PDFString.of(address) })
  return context.obj({ Type: 'Annot', Subtype: 'Link', Rect: numbersOf(place), Border: [0, 0, 0], A: target })
}

function addressOf(written: PDFObject | undefined): string | null {
  if (!(written instanceof PDFString) && !(written instanceof PDFHexString)) return null
  const text = written.decodeText()
  if (text.length > 2000 || !URL.canParse(text)) return null
  const { protocol, href } = new URL(text)
  // As written by us, it holds no brackets or backslashes that would end the string early.
  return protocol === 'https:' || protocol === 'http:'
    ? href.replace(/[()\\]/g, (mark) => encodeURIComponent(mark).replace(/[()]/, (one) => `%${one.charCodeAt(0).toString(16)}`))
    : null
}

const numbersOf = (place: PDFArray): number[] =>
  place.asRectangle === undefined ? [] : (({ x, y, width, height }) => [x, y, x + width, y + height])(place.asRectangle())

/** Hidden deeper in: actions, files, and what pictures tell of their making. */
function clean(object: PDFObject, depth: number): void {
  if (depth > 60) return
  if (object instanceof PDFStream) {
    for (const key of OF_NO_STREAM) object.dict.delete(key)
    cleanDict(object.dict, depth)
    if (object instanceof PDFRawStream) cleanPicture(object)
  } else if (object instanceof PDFDict) cleanDict(object, depth)
  else if (object instanceof PDFArray) for (const one of object.asArray()) clean(one, depth + 1)
}

function cleanDict(dict: PDFDict, depth: number): void {
  const [kind, action] = [dict.get(name('Type')), dict.get(name('S'))]
  if ((kind instanceof PDFName && FILES.has(kind)) || (action instanceof PDFName && ACTIONS.has(action))) {
    for (const key of dict.keys()) dict.delete(key)
    return
  }
  for (const value of dict.values()) clean(value, depth + 1)
}

/** A JPEG lies in a PDF as the camera wrote it, with the place where it was taken. */
function cleanPicture(stream: PDFRawStream): void {
  const filter = stream.dict.lookup(name('Filter'))
  const only = filter instanceof PDFArray && filter.size() === 1 ? filter.lookup(0) : filter
  if (only !== name('DCTDecode')) return
  const cleaned = cleanJpeg(Buffer.from(stream.contents))
  stream.updateContents(new Uint8Array(cleaned))
  stream.dict.delete(name('Length'))
}
