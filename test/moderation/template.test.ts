import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { log } from '../../src/activity/schema.ts'
import { Forbidden, NotFound, Overtaken, Refused } from '../../src/errors.ts'
import { addTemplate, changeTemplate, retireTemplate, templateById, templatesOf } from '../../src/moderation/template.ts'
import { openDesk, type Desk } from './desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

const words = (title: string, more: object = {}) => ({
  title,
  body: 'Please leave the name out.',
  reasonCode: 'personal-data',
  purpose: 'decision' as const,
  clientKey: randomUUID(),
  ...more,
})
const byTitle = async (title: string) => (await templatesOf(desk.db, 'decision')).filter((one) => one.title === title)
const rowsOf = (id: number) =>
  desk.db
    .select()
    .from(log)
    .where(and(eq(log.item, 'template'), eq(log.itemId, id)))

test('is added once however often its form is sent, and offered for its purpose', async () => {
  const input = words('Names')
  await Promise.all([addTemplate(desk.db, desk.press, input), addTemplate(desk.db, desk.press, input)])
  const found = await byTitle('Names')
  expect(found).toMatchObject([{ body: 'Please leave the name out.', reasonCode: 'personal-data', version: 1, changedBy: desk.press.accountId }])
  expect((await templatesOf(desk.db, 'question')).map(({ title }) => title)).not.toContain('Names')
  expect(await rowsOf(found[0]?.id ?? 0)).toMatchObject([{ act: 'add', role: 'press-office', toState: 'version 1' }])
})

test('a change replaces it and keeps the old one; two at once make one change', async () => {
  await addTemplate(desk.db, desk.press, words('Streets'))
  const [old] = await byTitle('Streets')
  const id = old?.id ?? 0
  const change = (title: string) => changeTemplate(desk.db, desk.press2, id, { title, body: 'Other words.', reasonCode: null })
  const results = await Promise.allSettled([change('Streets two'), change('Streets three')])
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(results.find((result) => result.status === 'rejected')?.reason).toBeInstanceOf(Overtaken)
  expect(await templateById(desk.db, id)).toMatchObject({ title: 'Streets', retiredAt: expect.any(Date) })
  const current = [...(await byTitle('Streets two')), ...(await byTitle('Streets three'))]
  expect(current).toMatchObject([{ version: 2, replacesId: id, body: 'Other words.', reasonCode: null }])
  expect(await byTitle('Streets')).toEqual([])
})

test('two taps on one button change it once, and the same words are no change', async () => {
  await addTemplate(desk.db, desk.press, words('Shops'))
  const id = (await byTitle('Shops'))[0]?.id ?? 0
  const change = { title: 'Shops', body: 'Other words.', reasonCode: null }
  await changeTemplate(desk.db, desk.press, id, change)
  await changeTemplate(desk.db, desk.press, id, change)
  await expect(changeTemplate(desk.db, desk.press2, id, change)).rejects.toBeInstanceOf(Overtaken)
  const found = await byTitle('Shops')
  expect(found).toMatchObject([{ version: 2 }])
  await changeTemplate(desk.db, desk.press2, found[0]?.id ?? 0, change)
  expect(await byTitle('Shops')).toEqual(found)
})

test('one that is removed is offered no more; twice is the same as once', async () => {
  await addTemplate(desk.db, desk.press, words('Gone'))
  const [template] = await byTitle('Gone')
  const id = template?.id ?? 0
  for (let time = 0; time < 2; time++) await retireTemplate(desk.db, desk.press, id)
  expect(await byTitle('Gone')).toEqual([])
  expect((await rowsOf(id)).map(({ act }) => act)).toEqual(['add', 'retire'])
})

test('is the press office’s alone, and names a reason that is one', async () => {
  for (const actor of [desk.sergeant, desk.officer, desk.administrator])
    await expect(addTemplate(desk.db, actor, words('No'))).rejects.toBeInstanceOf(Forbidden)
  await expect(addTemplate(desk.db, desk.press, words('No', { reasonCode: 'criticism' }))).rejects.toBeInstanceOf(Refused)
  await expect(templateById(desk.db, 999_999_999)).rejects.toBeInstanceOf(NotFound)
  expect(await byTitle('No')).toEqual([])
})
