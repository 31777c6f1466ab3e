import { deflateSync } from 'node:zlib'
import { PDFArray, PDFDict, PDFDocument, PDFName, PDFString, StandardFonts } from '@cantoo/pdf-lib'
import { beforeAll, describe, expect, test } from 'vitest'
import { Refused } from '../../src/errors.ts'
import { rebuildDocument, type RebuiltDocument } from '../../src/media/document.ts'
import { HTML, phonePhoto, ZIP } from './pictures.ts'

async function refusalOf(bytes: Buffer): Promise<string> {
  const problem: unknown = await rebuildDocument(bytes).then(
    () => null,
    (error: unknown) => error,
  )
  if (!(problem instanceof Refused)) throw new Error(`not refused but ${String(problem)}`)
  return problem.fields['attachment'] ?? ''
}

async function plain(pages = 1): Promise<PDFDocument> {
  const document = await PDFDocument.create()
  const font = await document.embedFont(StandardFonts.Helvetica)
  for (let number = 1; number <= pages; number++) document.addPage([300, 400]).drawText(`Page ${number}`, { font, size: 20, x: 20, y: 300 })
  return document
}

const bytesOf = async (document: PDFDocument): Promise<Buffer> => Buffer.from(await document.save({ useObjectStreams: false }))

/** A document written by hand: objects by number, and what the trailer says besides. */
const written = (objects: readonly string[], trailer = ''): Buffer =>
  Buffer.from(
    `%PDF-1.7\n${objects.map((object, index) => `${index + 1} 0 obj\n${object}\nendobj\n`).join('')}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\n%%EOF`,
    'latin1',
  )
const stream = (dict: string, data: Buffer): string => `<< ${dict} /Length ${data.length} >>\nstream\n${data.toString('latin1')}\nendstream`
const PAGES = [
  '<< /Type /Catalog /Pages 2 0 R >>',
  '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
  '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>',
]

/** Everything in a document in one text, unpacked: its objects and the bytes of its streams. */
async function allOf(bytes: Buffer): Promise<string> {
  const document = await PDFDocument.load(bytes, { updateMetadata: false })
  const objects = document.context.enumerateIndirectObjects().map(([, object]) => String(object))
  return [bytes.toString('latin1'), ...objects].join('\n')
}

describe('a document full of things that act', () => {
  let rebuilt: RebuiltDocument
  let before: string
  let after: string

  beforeAll(async () => {
    const document = await plain(2)
    document.setTitle('secret title')
    document.setAuthor('secret author')
    document.addJavaScript('main', 'app.alert("acts")')
    await document.attach(Buffer.from('secret attachment'), 'secret.exe', { mimeType: 'application/x-msdownload' })
    document.getForm().createTextField('secret-field').addToPage(document.getPage(0))
    document.getPage(0).drawImage(await document.embedJpg(await phonePhoto(200, 150)), { x: 0, y: 0, width: 100, height: 75 })
    const { context } = document
    const link = (address: string) =>
      context.obj({
        Type: 'Annot',
        Subtype: 'Link',
        Rect: [10, 20, 60, 40],
        A: { S: 'URI', URI: PDFString.of(address) },
        AA: { E: { S: 'Launch', F: PDFString.of('acts.exe') } },
      })
    const acting = context.obj({ Type: 'Annot', Subtype: 'Link', Rect: [0, 0, 9, 9], A: { S: 'JavaScript', JS: PDFString.of('acts()') } })
    const launching = context.obj({ Type: 'Annot', Subtype: 'Link', Rect: [0, 0, 9, 9], A: { S: 'Launch', F: PDFString.of('acts.exe') } })
    const note = context.obj({ Type: 'Annot', Subtype: 'Text', Rect: [0, 0, 9, 9], Contents: PDFString.of('secret note') })
    const page = document.getPage(1).node
    page.set(
      PDFName.of('Annots'),
      context.obj([link('https://www.example.org/advice?a=(1)'), link('javascript:acts()'), link('file:///acts'), acting, launching, note]),
    )
    page.set(PDFName.of('AA'), context.obj({ O: { S: 'JavaScript', JS: PDFString.of('acts()') } }))
    page.set(PDFName.of('Metadata'), context.register(context.stream('secret metadata', { Type: 'Metadata', Subtype: 'XML' })))
    document.catalog.set(PDFName.of('OpenAction'), context.obj({ S: 'JavaScript', JS: PDFString.of('acts()') }))
    const bytes = await bytesOf(document)
    before = await allOf(bytes)
    rebuilt = await rebuildDocument(bytes)
    after = await allOf(rebuilt.bytes)
  })

  test('comes with all of that', () => {
    for (const thing of ['JavaScript', 'OpenAction', 'Launch', 'EmbeddedFile', 'AcroForm', 'secret note', 'secret metadata', 'Pocket'])
      expect(before).toContain(thing)
  })

  test.each([
    'JavaScript',
    '/JS',
    'OpenAction',
    '/AA',
    'Launch',
    'EmbeddedFile',
    'Filespec',
    'AcroForm',
    'Widget',
    '/Names',
    'Metadata',
    '/Info',
    'acts',
    'secret',
    'Pocket',
    'file:',
    'javascript:',
  ])('leaves without %s', (thing) => {
    expect(after).not.toContain(thing)
  })

  test('keeps its pages, their words and their pictures', async () => {
    expect(rebuilt.pages).toBe(2)
    const document = await PDFDocument.load(rebuilt.bytes)
    expect(document.getPages().map((page) => page.getSize())).toEqual([
      { width: 300, height: 400 },
      { width: 300, height: 400 },
    ])
    expect(after).toContain('Helvetica')
    expect(after).toContain('/DCTDecode')
    for (const page of document.getPages()) expect(page.node.Contents()).toBeDefined()
  })

  test('keeps the link to a website, and nothing but its place and address', async () => {
    const document = await PDFDocument.load(rebuilt.bytes)
    const links = document.getPage(1).node.Annots()
    expect(links?.size()).toBe(1)
    const link = links?.lookup(0, PDFDict)
    expect(link?.keys().map(String).toSorted()).toEqual(['/A', '/Border', '/Rect', '/Subtype', '/Type'])
    expect(link?.lookup(PDFName.of('Rect'), PDFArray).asRectangle()).toEqual({ x: 10, y: 20, width: 50, height: 20 })
    expect(String(link?.lookup(PDFName.of('A'), PDFDict).get(PDFName.of('URI')))).toBe('(https://www.example.org/advice?a=%281%29)')
  })
})

describe('what is taken', () => {
  test('one whose objects lie packed in streams, as most programs write them', async () => {
    const bytes = Buffer.from(await (await plain(3)).save({ useObjectStreams: true }))
    expect(bytes.includes('ObjStm')).toBe(true)
    expect(await rebuildDocument(bytes)).toMatchObject({ pages: 3 })
  })

  test('one with something before its header', async () => {
    expect(await rebuildDocument(Buffer.concat([Buffer.from('\n\n'), await bytesOf(await plain())]))).toMatchObject({ pages: 1 })
  })

  test('what a page inherits from the tree above it', async () => {
    const objects = [
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 77 88] >>',
      '<< /Type /Page /Parent 2 0 R >>',
    ]
    const { bytes } = await rebuildDocument(written(objects))
    expect((await PDFDocument.load(bytes)).getPage(0).getSize()).toEqual({ width: 77, height: 88 })
  })

  test('what cannot be read in it is left: arrays inside arrays without an end', async () => {
    const { bytes, pages } = await rebuildDocument(written([...PAGES, '['.repeat(500_000)]))
    expect(pages).toBe(1)
    expect(bytes.length).toBeLessThan(2000)
  })

  test('and what hangs behind it is left', async () => {
    const { bytes } = await rebuildDocument(Buffer.concat([await bytesOf(await plain()), HTML, ZIP]))
    expect(bytes.includes('<script>')).toBe(false)
    expect(bytes.includes(ZIP)).toBe(false)
  })
})

describe('what is refused', () => {
  test.each([
    ['nothing', Buffer.alloc(0), /empty/],
    ['a page that is called a PDF', HTML, /not a PDF/],
    ['an archive', ZIP, /not a PDF/],
    ['only a header', Buffer.from('%PDF-1.7\n'), /damaged/],
    ['a header before a page', Buffer.concat([Buffer.from('%PDF-1.7\n'), HTML]), /damaged/],
    ['one without pages', written(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [] /Count 0 >>']), /damaged/],
    ['more than 10 MB', Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(10_000_000)]), /larger than 10 MB/],
    ['a tree of pages that leads round in a circle', written([PAGES[0] ?? '', '<< /Type /Pages /Kids [2 0 R] /Count 1 >>']), /damaged/],
  ])('%s', async (_what, bytes, message) => {
    expect(await refusalOf(bytes)).toMatch(message)
  })

  test('one with a password', async () => {
    const document = await plain()
    document.encrypt({ userPassword: 'a', ownerPassword: 'b' })
    expect(await refusalOf(await bytesOf(document))).toMatch(/protected by a password/)
  })

  test('more than 200 pages', async () => {
    expect(await refusalOf(await bytesOf(await plain(201)))).toMatch(/more than 200 pages/)
  })

  test('a stream that unpacks without an end', { timeout: 60_000 }, async () => {
    const bomb = deflateSync(Buffer.alloc(200_000_000), { level: 9 })
    expect(bomb.length).toBeLessThan(300_000)
    const bytes = written([...PAGES, stream('/Filter /FlateDecode', bomb)])
    expect(await refusalOf(bytes)).toMatch(/unpacks to far more/)
  })

  test('many that do so together', { timeout: 60_000 }, async () => {
    const part = deflateSync(Buffer.alloc(100_000_000), { level: 9 })
    const bytes = written([...PAGES, ...Array.from({ length: 8 }, () => stream('/Filter /FlateDecode', part))])
    expect(await refusalOf(bytes)).toMatch(/unpacks to far more/)
  })

  test('a list of objects packed so that counting does not see it is left, without taking the memory', { timeout: 60_000 }, async () => {
    const hidden = deflateSync(Buffer.alloc(400_000_000, 32), { level: 9 }).toString('hex')
    const bytes = written([...PAGES, stream('/Type /ObjStm /N 1 /First 4 /Filter [/ASCIIHexDecode /FlateDecode]', Buffer.from(`${hidden}>`))])
    const before = process.memoryUsage().rss
    const { pages } = await rebuildDocument(bytes)
    expect(pages).toBe(1)
    expect(process.memoryUsage().rss - before).toBeLessThan(600_000_000)
  })
})
