/** Priorities and suggestions over HTTP, as a browser without scripts sends them. */
import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from '../../src/actor.ts'
import { boxOf } from '../../src/priorities/box.ts'
import { priorities, priorityActions, priorityReviews } from '../../src/priorities/schema.ts'
import { publishPost } from '../../src/posts/post.ts'
import { makeTeam } from '../people.ts'
import { addressOf, openChain, type Chained } from './chain-world.ts'

let w: Chained
beforeAll(async () => {
  w = await openChain()
})
afterAll(() => w?.close())

const cookies = new Map<SignedIn, string>()
async function cookieOf(as?: SignedIn): Promise<string | undefined> {
  if (as && !cookies.has(as)) cookies.set(as, await w.site.cookieOf(as))
  return as && cookies.get(as)
}
const get = async (path: string, as?: SignedIn) => w.site.get(path, await cookieOf(as))
const post = async (path: string, form: Record<string, string>, as?: SignedIn) => w.site.post(path, form, await cookieOf(as))
const suggestions = (team = w.team) => `/teams/${team.slug}/suggestions`

describe('suggesting', () => {
  test('in steps: a line, what says the same, then the engine’s own form, and every permalink lands on the page', async () => {
    const known = await w.suggest(w.neighbour, 'The bollards by the chemist are broken.')
    const first = await get(`${suggestions()}/new`)
    expect(first.body).toContain('Your suggestion in one line')
    const typed = 'Broken bollards near the chemist'
    const second = await get(`${suggestions()}/new?what=${encodeURIComponent(typed)}&step=2`, w.resident)
    expect(second.body).toContain(`action="/comments/${known}/reactions"`)
    expect(second.body).toContain(`action="/conversations/${w.boxId}/comments"`)
    expect(second.body).toContain(typed)
    const sent = await post(`/conversations/${w.boxId}/comments`, { body: typed, key: randomUUID() }, w.resident)
    expect(sent.statusCode).toBe(303)
    const landed = await get(String(sent.headers.location), w.resident)
    expect(landed.headers.location).toMatch(new RegExp(`^${suggestions()}\\?(?:from=\\d+&)?done=commented#c\\d+$`))
    const page = await get(String(landed.headers.location))
    expect(page.body).toContain(typed)
    expect((await get(suggestions())).body).toContain(typed)
  })

  test('an empty line keeps to the first step and says so; a doubtful text is asked about by the engine', async () => {
    const empty = await get(`${suggestions()}/new?what=&step=2`)
    expect(empty.statusCode).toBe(422)
    expect(empty.body).toContain('Say in one line what the team should work on')
    const doubtful = await post(`/conversations/${w.boxId}/comments`, { body: 'Ring me on 07700 900123 about bins.', key: randomUUID() }, w.resident)
    expect(doubtful.statusCode).toBe(422)
    expect(doubtful.body).toContain('Look at this before you post it')
  })

  test('reading makes no box; the first step does, and loses nothing that was typed', async () => {
    const team = await makeTeam(w.db, 'Quiet Team')
    for (const path of [
      suggestions(team),
      `${suggestions(team)}/new`,
      `${suggestions(team)}/new?what=Bins+in+the+park&step=2`,
      `/teams/${team.slug}/priorities`,
    ])
      expect((await get(path)).statusCode, path).toBe(200)
    expect(await boxOf(w.db, team.id)).toBeNull()
    expect((await get(`${suggestions(team)}/new?what=Bins+in+the+park&step=2`)).body).toContain(`action="${suggestions(team)}/box"`)
    const made = await post(`${suggestions(team)}/box`, { what: 'Bins in the park', step: '2' })
    expect(made.headers.location).toBe(`${suggestions(team)}/new?what=Bins+in+the+park&step=2`)
    const box = await boxOf(w.db, team.id)
    const page = await get(String(made.headers.location))
    expect(page.body).toContain(`action="/conversations/${box}/comments"`)
    expect(page.body).toContain('Bins in the park')
  })

  test('supporting from the list leads back to the suggestion', async () => {
    const id = await w.suggest(w.resident, 'A bench at the stop.')
    const pressed = await post(`/comments/${id}/reactions`, { 'same-here': '' }, w.neighbour)
    expect(pressed.headers.location).toBe(`${suggestions()}#c${id}`)
    expect((await get(suggestions(), w.neighbour)).body).toMatch(
      new RegExp(`action="/comments/${id}/reactions"><button name="same-here" value=off aria-pressed=true>I support this`),
    )
  })

  test('each suggestion stands once in the list, and its replies are one step away, on a page of its own', async () => {
    const [one, other] = [await w.suggest(w.resident, 'A crossing at the mill.'), await w.suggest(w.neighbour, 'A light in the underpass.')]
    const answer = await w.say(w.neighbour, 'By the old weir, please.', { conversationId: w.boxId, parentId: one })
    const list = await get(suggestions(), w.officer)
    for (const words of ['A crossing at the mill.', 'A light in the underpass.']) expect(list.body.split(words)).toHaveLength(2)
    expect(list.body).toContain(`id="c${one}"`)
    expect(list.body).toMatch(new RegExp(`href="/comments/${one}">1 reply<`))
    expect(list.body).not.toContain('By the old weir')
    expect((await get(`/comments/${answer}`)).headers.location).toBe(`${suggestions()}?from=${one}#c${answer}`)
    const alone = await get(`${suggestions()}?from=${one}`, w.resident)
    expect(alone.body).toContain('By the old weir, please.')
    expect(alone.body.split('A crossing at the mill.')).toHaveLength(2)
    expect(alone.body).not.toContain('A light in the underpass.')
    expect(alone.body).toContain(`<input type="hidden" name="parent" value="${one}">`)
    expect((await get(`/comments/${other}`)).headers.location).toBe(`${suggestions()}?from=${other}#c${other}`)
    const inOrder = await get(`${suggestions()}?all=yes`)
    for (const words of ['A crossing at the mill.', 'By the old weir', 'A light in the underpass.'])
      expect(inOrder.body.split(words), words).toHaveLength(2)
  })

  test('the form says that it suggests, also when it comes back, and under a suggestion that it replies', async () => {
    const one = await w.suggest(w.resident, 'Fewer lorries at night.')
    const list = (await get(suggestions(), w.neighbour)).body
    expect(list).toContain('>Suggest this</button>')
    expect(list).not.toMatch(/Post comment|Add a comment/)
    const refused = (await post(`/conversations/${w.boxId}/comments`, { body: '', key: randomUUID() }, w.neighbour)).body
    expect(refused).toContain('>Suggest this</button>')
    expect(refused).not.toMatch(/Post comment|Add a comment|Your comment</)
    expect((await get(`${suggestions()}?from=${one}`, w.neighbour)).body).toMatch(/Reply to this suggestion[\s\S]*>Post reply</)
    expect((await get(w.post.path, w.neighbour)).body).toContain('>Post comment</button>')
  })

  test('what its author waits for, and what was removed, can still be found', async () => {
    const newcomer = await w.newPerson('New Here', [], 0)
    await w.suggest(newcomer, 'Bins on the green.')
    expect((await get(suggestions(), newcomer)).body).toContain('Waits for a moderator')
    expect((await get(suggestions())).body).not.toContain('Bins on the green.')
  })

  test('a visitor who supports reads why to sign in, and comes back to one tap', async () => {
    const id = await w.suggest(w.resident, 'Shade at the bus stop.')
    const sent = await post(`/comments/${id}/reactions`, { 'same-here': '' })
    const address = `/comments/${id}/reactions/sign-in?reaction=same-here`
    expect(sent.headers.location).toBe(`/sign-in?return=${encodeURIComponent(address)}`)
    const way = (await get(String(sent.headers.location))).body
    expect(way).toContain('each person counts once')
    expect(way).toContain(`name="return" value="${address}"`)
    expect((await get('/sign-in')).body).not.toContain('each person counts once')
    const seen = (await get(address)).body
    for (const words of ['You pressed “I support this”', 'Shade at the bus stop.']) expect(seen).toContain(words)
    const back = await get(address, w.neighbour)
    expect(back.body).toMatch(new RegExp(`action="/comments/${id}/reactions"><button name="same-here">I support this<`))
    expect((await get(`/comments/${id}/reactions/sign-in?reaction=shame`)).statusCode).toBe(404)
    const post0 = await post(`/conversations/${w.post.conversationId}/reactions`, { thanks: '' })
    const toPost = `/conversations/${w.post.conversationId}/reactions/sign-in?reaction=thanks`
    expect(post0.headers.location).toBe(`/sign-in?return=${encodeURIComponent(toPost)}`)
    expect((await get(toPost)).body).toContain('You pressed “Thanks”')
  })

  test('nobody supports their own suggestion, and no button offers it', async () => {
    const id = await w.suggest(w.resident, 'A slide for the park.')
    expect((await post(`/comments/${id}/reactions`, { 'same-here': '' }, w.resident)).statusCode).toBe(403)
    const list = (await get(suggestions(), w.resident)).body
    expect(list.slice(list.indexOf(`id="c${id}"`)).split('</li>')[0]).not.toContain('I support this')
    expect((await get(`${suggestions()}?from=${id}`, w.resident)).body).not.toContain('name=same-here')
    expect((await post(`/comments/${id}/reactions`, { 'same-here': '' }, w.neighbour)).statusCode).toBe(303)
  })

  test('an old address of the team leads to the new one', async () => {
    const team = await makeTeam(w.db, 'Old Name')
    await w.db.execute(sql`update teams set slug = 'new-name' where id = ${team.id}`)
    await w.db.execute(sql`insert into team_slugs (slug, team_id) values (${team.slug}, ${team.id})`)
    expect((await get(`${suggestions(team)}?from=1`)).headers.location).toBe('/teams/new-name/suggestions?from=1')
    expect((await get(`/teams/${team.slug}/priorities`)).headers.location).toBe('/teams/new-name/priorities')
  })
})

describe('deciding', () => {
  test('the list, the page and the forms are for staff; a refused form keeps what was typed', async () => {
    const id = await w.suggest(w.resident, 'More patrols by the canal.')
    expect((await get('/officers/suggestions', w.sergeant)).body).toContain('More patrols by the canal.')
    const page = await get(`/officers/suggestions/${id}`, w.sergeant)
    expect(page.body).toContain(`/teams/${w.team.slug}/posts/new?kind=priority&amp;came-from=%2Fcomments%2F${id}`)
    expect((await get(`/officers/suggestions/${id}`, w.otherSergeant)).statusCode).toBe(403)
    expect((await get(`/officers/suggestions/${id}`, w.officer)).body).toContain('The sergeant of the team and the press office decide')
    const wrong = await post(`/suggestions/${id}/merger`, { into: '', address: 'nowhere' }, w.sergeant)
    expect(wrong.statusCode).toBe(422)
    expect(wrong.body).toContain('value="nowhere"')
    expect((await post(`/suggestions/${id}/refusal`, { reason: '' }, w.sergeant)).statusCode).toBe(422)
    const declined = await post(`/suggestions/${id}/refusal`, { reason: 'The canal trust does this.' }, w.sergeant)
    expect(declined.headers.location).toBe(`/comments/${id}?done=suggestion-decided`)
    expect((await get(suggestions())).body).toContain('<b>Why:</b> The canal trust does this.')
  })

  test('the composer begins with where it comes from, and with nothing else that an address says', async () => {
    const id = await w.suggest(w.resident)
    const page = await get(`/teams/${w.team.slug}/posts/new?kind=priority&came-from=%2Fcomments%2F${id}&title=Hacked&body=Hacked`, w.sergeant)
    expect(page.body).toContain(`>/comments/${id}</textarea>`)
    expect(page.body).not.toContain('Hacked')
    const outcome = await get(`/teams/${w.team.slug}/posts/new?kind=outcome&came-from=%2Fteams%2Fx%2Fposts%2F1&closes=yes`, w.sergeant)
    expect(outcome.body).toMatch(/name="closes" value="yes" checked/)
    expect((await get(`/teams/${w.team.slug}/posts/new?kind=update&long=yes&came-from=x`, w.sergeant)).body).not.toContain('came-from')
  })

  test('a comment from elsewhere is taken up by a link under it that residents do not see', async () => {
    const id = await w.say(w.resident, 'The lamp by the church flickers.')
    expect((await get(w.post.path, w.officer)).body).toContain(`<a href=/comments/${id}/suggestion>Take up</a>`)
    for (const reader of [undefined, w.resident, w.administrator])
      expect((await get(w.post.path, reader)).body).not.toContain(`/comments/${id}/suggestion`)
    expect((await get(`/comments/${id}/suggestion`, w.officer)).body).toContain('The lamp by the church flickers.')
    const taken = await post(`/comments/${id}/suggestion`, { team: String(w.team.id) }, w.officer)
    expect(taken.headers.location).toBe(`/officers/suggestions/${id}?done=suggestion-raised`)
    expect((await get(suggestions())).body).toContain('The lamp by the church flickers.')
    expect((await get(`/comments/${id}/suggestion`, w.officer)).headers.location).toBe(`/officers/suggestions/${id}`)
  })
})

describe('the page of a priority', () => {
  test('draws the whole chain, each hop with its address, and so does the page of the outcome', async () => {
    const said = await w.say(w.resident, 'My cat was nearly run over.')
    const suggested = await w.suggest(w.neighbour, 'A zebra crossing by the shop.')
    await w.support(w.resident, suggested)
    const { id, postId, path } = await w.setPriority(w.sergeant, [`/comments/${said}`, `/comments/${suggested}`], 'Crossing the road safely')
    const action = { what: 'Count cars for a week', 'planned-for': '27/3/2027', key: randomUUID() }
    expect((await post(`/priorities/${id}/actions`, action, w.officer)).headers.location).toBe(
      `/officers/priorities/${id}?done=priority-kept#actions`,
    )
    await post(`/priorities/${id}/actions`, action, w.officer)
    const [row] = await w.db.select().from(priorityActions).where(eq(priorityActions.priorityId, id))
    expect(await w.db.$count(priorityActions, eq(priorityActions.priorityId, id))).toBe(1)
    const seen = /name="seen" value="(\d+)"/.exec((await get(`/officers/priorities/${id}`, w.officer)).body)?.[1] ?? ''
    const change = { seen, state: 'done', note: '900 an hour.', post: w.post.path }
    expect((await post(`/priorities/${id}/actions/${row?.id}`, change, w.officer)).statusCode).toBe(303)
    for (const note of ['We counted.', 'The council agrees.']) await post(`/priorities/${id}/reviews`, { note, key: randomUUID() }, w.officer)
    const outcome = await w.publishOutcome(w.sergeant, [addressOf(w.team.slug, postId)])
    for (const page of [path, outcome.path]) {
      const { body } = await get(page)
      const order = [
        'What people said',
        `href="/comments/${said}"`,
        'Suggested to the team',
        `href="/comments/${suggested}"`,
        '1 person supports it',
        'Priority of the team',
        `id="action-${row?.id}"`,
        '900 an hour.',
        'The council agrees.',
        '1 earlier review',
        'We counted.',
        `href="${outcome.path}"`,
      ].map((words) => body.indexOf(words, body.indexOf('id="chain"')))
      expect(
        order.every((at) => at > 0),
        `${page} ${order.join()}`,
      ).toBe(true)
      expect(order).toEqual(order.toSorted((one, other) => one - other))
    }
    expect((await get(`/teams/${w.team.slug}/priorities`)).body).toContain('Slower past the school')
    expect(await w.db.$count(priorityReviews, eq(priorityReviews.priorityId, id))).toBe(2)
  })

  test('before it is closed, it is said what becomes of what is still planned', async () => {
    const { id, postId, path } = await w.setPriority(w.sergeant, [], 'Parking on the verge')
    const composer = `/teams/${w.team.slug}/posts/new?kind=outcome`
    expect((await get(path, w.sergeant)).body).toContain(composer)
    for (const what of ['Paint a line', 'Write to the owners', 'Ask the council'])
      await post(`/priorities/${id}/actions`, { what, key: randomUUID() }, w.officer)
    const shown = (await get(path, w.sergeant)).body
    expect(shown).toContain(`href="/officers/priorities/${id}#close"`)
    expect(shown).not.toContain(composer)
    const rows = await w.db.select().from(priorityActions).where(eq(priorityActions.priorityId, id)).orderBy(priorityActions.id)
    const [line, letter, council] = rows.map((row) => row.id)
    const wrong = await post(`/priorities/${id}/settlements`, { [`state-${line}`]: 'done', [`state-${letter}`]: 'dropped', why: '' }, w.sergeant)
    expect(wrong.statusCode).toBe(422)
    expect(wrong.body).toContain('Say what becomes of “Ask the council”')
    expect(wrong.body).toContain('Say why it is dropped')
    expect(wrong.body).toMatch(new RegExp(`name="state-${line}" value="done" checked`))
    const states = { [`state-${line}`]: 'done', [`state-${letter}`]: 'dropped', [`state-${council}`]: 'planned', why: 'They have moved.' }
    const settled = await post(`/priorities/${id}/settlements`, states, w.sergeant)
    expect(settled.headers.location).toContain(composer)
    expect(settled.headers.location).toContain(encodeURIComponent(addressOf(w.team.slug, postId)))
    const after = await w.db.select().from(priorityActions).where(eq(priorityActions.priorityId, id)).orderBy(priorityActions.id)
    expect(after.map(({ state, note }) => [state, note])).toEqual([
      ['done', null],
      ['dropped', 'They have moved.'],
      ['planned', null],
    ])
    expect((await post(`/priorities/${id}/settlements`, states, w.otherSergeant)).statusCode).toBe(403)
  })

  test('the reply under a suggestion that is taken up is the sergeant’s to write', async () => {
    const id = await w.suggest(w.resident, 'Mirrors at the bend.')
    const composer = (await get(`/teams/${w.team.slug}/posts/new?kind=priority&came-from=%2Fcomments%2F${id}`, w.sergeant)).body
    expect(composer).toMatch(/id="told"[^>]*>Thank you\. We have made this a priority of our team:</)
    const form = { 'came-from': `/comments/${id}`, told: 'Thanks, Maureen. We begin on Monday:' }
    const { path } = await publishPost(w.db, w.sergeant, w.team, {
      kind: 'priority',
      title: 'The bend',
      body: 'We look.',
      tags: [],
      clientKey: randomUUID(),
      form,
    })
    const replied = (await get(`${suggestions()}?from=${id}`)).body
    expect(replied).toContain('Thanks, Maureen. We begin on Monday:')
    expect(replied).not.toContain('We have made this a priority of our team')
    expect((await get(path)).body).not.toContain('Thanks, Maureen')
  })

  test('staff of the team are led to its forms, readers are not; a refused form keeps what was typed', async () => {
    const { id, path } = await w.setPriority(w.sergeant)
    expect((await get(path, w.sergeant)).body).toContain('Close with an outcome')
    const officers = (await get(path, w.officer)).body
    expect(officers).toContain(`/officers/priorities/${id}`)
    expect(officers).not.toContain('Close with an outcome')
    for (const reader of [undefined, w.resident, w.otherSergeant]) expect((await get(path, reader)).body).not.toContain('/officers/priorities/')
    const wrong = await post(`/priorities/${id}/actions`, { what: 'Walk there', 'planned-for': 'soon', key: randomUUID() }, w.officer)
    expect(wrong.statusCode).toBe(422)
    expect(wrong.body).toContain('value="Walk there"')
    expect(wrong.body).toMatch(/href="#planned-for"[\s\S]*id="planned-for"/)
    expect((await get(`/officers/priorities/${id}`, w.otherSergeant)).statusCode).toBe(403)
    expect((await get('/officers/priorities', w.officer)).body).toContain('Speeding on Grantham Road')
    expect((await post(`/priorities/${id}/owner`, { owner: String(w.officer.accountId) }, w.officer)).statusCode).toBe(403)
    expect((await post(`/priorities/${id}/owner`, { owner: String(w.officer.accountId) }, w.sergeant)).statusCode).toBe(303)
    const [row] = await w.db.select().from(priorities).where(eq(priorities.id, id))
    expect(row?.ownerId).toBe(w.officer.accountId)
  })
})
