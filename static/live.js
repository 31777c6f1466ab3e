/*
  What changes while somebody reads. Signals (server-sent events) carry ids and no words: what changed is fetched, as this reader may see it.
    data-live="topic"   this part of the page changes with that topic; data-since says when it was made
  In a conversation, new comments wait behind a button, so that nothing moves under a reader; what was taken down goes at once. Desks are in desk.js.
*/
;(() => {
  const find = (selector, root = document) => root.querySelector(selector)
  const all = (selector, root = document) => [...root.querySelectorAll(selector)]
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties)
    element.append(...children)
    return element
  }
  const tell = (name, detail) => dispatchEvent(new CustomEvent(`blue-lamp:${name}`, { detail }))

  /* The stream: only while the page is seen; after three failures in a row it is left alone. */
  const AWAY = 60_000
  let source, last, leaving, again
  let failures = 0
  const topics = () => [...all('[data-live]').map((part) => part.dataset.live), ...(find('[data-unread]') ? ['account'] : [])]

  function listen() {
    clearTimeout(again)
    const wanted = [...new Set(topics())].join()
    if (source || !wanted || document.hidden || failures > 2 || !globalThis.EventSource) return
    const query = new URLSearchParams({ topics: wanted, since: find('[data-since]')?.dataset.since ?? '' })
    if (last) query.set('last', last)
    source = new EventSource(`/live?${query}`)
    const note = ({ lastEventId }) => (last = lastEventId || last)
    source.addEventListener('begin', (event) => {
      note(event)
      failures = 0
      find('#lost')?.remove()
    })
    source.onmessage = (event) => {
      note(event)
      const signal = JSON.parse(event.data)
      tell('signal', signal)
      for (const topic of signal.topic === '*' ? topics() : [signal.topic]) hear({ ...signal, topic })
    }
    source.onerror = () => {
      rest()
      failures++
      if (failures < 3) again = setTimeout(listen, 2000 * failures + 3000 * Math.random())
      else lose()
    }
  }
  function rest() {
    source?.close()
    source = null
  }
  function lose() {
    const talk = find('#conversation')
    if (talk && !find('#lost'))
      talk.append(make('p', { id: 'lost' }, make('a', { href: location.pathname + location.search, textContent: 'Check for new comments' })))
  }
  function hear(signal) {
    if (signal.topic === 'account') return void badge().catch(() => {})
    if (signal.topic === find('#conversation')?.dataset.live) return hearComment(signal)
    tell('moved', signal.topic)
  }
  document.addEventListener('visibilitychange', () => {
    clearTimeout(leaving)
    if (document.hidden) leaving = setTimeout(rest, AWAY)
    else listen()
  })
  // An open stream would keep the page from being there at once when the reader goes back to it.
  addEventListener('pagehide', rest)
  addEventListener('pageshow', listen)
  addEventListener('online', () => ((failures = 0), listen()))

  /* A part of this site, as htmx asks for it. What nobody tapped for keeps nobody signed in. */
  const unattended = { 'x-unattended': 'yes' }
  async function ask(address) {
    const answer = await fetch(address, { headers: { 'hx-request': 'true', 'hx-request-type': 'partial', ...unattended } })
    if (!answer.ok) throw new Error(answer.status)
    return new DOMParser().parseFromString(await answer.text(), 'text/html')
  }

  /* Notices that are not read yet */
  async function badge() {
    const page = await fetch('/offline', { headers: unattended }).then(async (answer) =>
      new DOMParser().parseFromString(await answer.text(), 'text/html'),
    )
    const [shown, now] = [find('[data-unread]'), find('[data-unread]', page)]
    if (!shown || !now || shown.textContent === now.textContent) return
    shown.replaceWith(document.adoptNode(now))
    if (now.textContent.trim()) tell('say', now.textContent.trim())
  }

  /* The conversation */
  const PIECES = '#conversation > article.c, #conversation > .deeper.l3'
  const keyOf = (piece) => piece.id || find('a', piece)?.getAttribute('href')
  const here = (piece) => all(PIECES).find((one) => keyOf(one) === keyOf(piece))
  // What readers would see change: a reaction more is no news, and its buttons may be in use.
  const words = (piece) =>
    `${piece.className}|${find('header', piece)?.textContent.replace(/ New$/, '') ?? ''}|${find(':scope > div, :scope > p', piece)?.innerHTML}`
  const nextOf = (page) => find('#conversation > .pager-down a[href]', page)
  const address = (change) => {
    const url = new URL(location.href)
    url.hash = ''
    for (const [name, value] of Object.entries({ done: null, ...change }))
      value === null ? url.searchParams.delete(name) : url.searchParams.set(name, value)
    return url
  }
  const fresh = new Set()
  let changed = new Set()
  let looking, saying

  function hearComment({ kind, commentId: id }) {
    const known = id && document.getElementById(`c${id}`)
    if (kind === 'comment.added' && !known) {
      fresh.add(id)
      return show()
    }
    // Its own waiting comment was let through: the list of what waits is another one now.
    changed.add(kind.startsWith('comment.') && !known?.closest('#waiting') ? id : 'all')
    clearTimeout(looking)
    looking = setTimeout(look, 300 + 1200 * Math.random())
  }

  /** Puts what changed in its place without waiting: what was taken down must not stand there any longer. */
  async function look() {
    const ids = [...changed]
    changed = new Set()
    try {
      if (ids.includes('all') || ids.length > 5) return await compare()
      for (const id of ids) await lookAt(id)
    } catch {
      // The next signal, or the next page, will do.
    }
  }
  async function lookAt(id) {
    fresh.delete(id)
    const known = document.getElementById(`c${id}`)
    const now = find(`#c${id}`, await ask(address({ from: id, after: null, before: null, all: null })))
    if (known && now) exchange(known, now)
    else if (known) remove(known)
    else if (now && !now.matches('.stub')) fresh.add(id)
    show()
  }
  function exchange(known, now) {
    if (words(known) === words(now)) return
    const focused = known.contains(document.activeElement)
    const piece = steady(() => {
      const piece = document.adoptNode(now)
      known.replaceWith(piece)
      return piece
    })
    globalThis.htmx?.process(piece)
    if (!focused) return
    piece.tabIndex = -1
    piece.focus({ preventScroll: true })
  }
  function remove(known) {
    const next = known.contains(document.activeElement) ? (known.nextElementSibling ?? find('#conversation > h2')) : null
    steady(() => known.remove())
    if (!next) return
    next.tabIndex = -1
    next.focus({ preventScroll: true })
  }

  /** The pieces of the thread as they stand now, as far as this page shows them. */
  async function pieces() {
    const found = []
    const shown = all(PIECES)
    let page, first
    for (let number = 0, next = address({}); next && number < 8; number++) {
      page = await ask(next)
      first ??= page
      found.push(...all(PIECES, page))
      // Where the reader's page ends, this ends too: its own link leads on.
      const end = find('.pager-down') ? found.findIndex((piece) => keyOf(piece) === keyOf(shown.at(-1) ?? piece)) : -1
      if (end >= 0) return { found: found.slice(0, end + 1), first }
      next = nextOf(page)?.getAttribute('href')
    }
    return { found, first, rest: page }
  }
  // Only its author is offered that.
  const isOwn = (piece) => find('a[href$="/withdraw"]', piece) !== null
  async function compare() {
    const now = await pieces()
    for (const piece of now.found) {
      const known = here(piece)
      if (known) exchange(known, piece.cloneNode(true))
      else if (piece.id && !piece.matches('.stub') && !isOwn(piece)) fresh.add(Number(piece.id.slice(1)))
    }
    if (now.rest && !nextOf(now.rest))
      for (const gone of all(PIECES).filter((one) => one.id && !now.found.some((piece) => piece.id === one.id))) remove(gone)
    // One's own words are no news: there at once.
    const own = now.found.filter((piece) => isOwn(piece) && !here(piece))
    if (own.length > 0) steady(() => insert(now.found, own))
    frame(now.first)
    show()
  }
  /** What stands around the comments. Nothing in which somebody is. */
  function frame(page) {
    for (const selector of ['#conversation > h2', '#waiting', '#conversation > .mode']) {
      const [known, now] = [find(selector), find(selector, page)]
      if (known?.contains(document.activeElement)) continue
      if (known && now) known.replaceWith(document.adoptNode(now))
      else if (known) known.remove()
      else if (now) find('#conversation > h2')?.after(document.adoptNode(now))
    }
  }

  /** Nothing moves under a reader: what they type in, or else the first comment in sight, stays where it is. */
  function steady(work) {
    const active = document.activeElement
    const inSight = (element) => element.getBoundingClientRect().bottom > 0
    const anchor = active?.matches('input, textarea') && inSight(active) ? active : all('#conversation > .c, #compose').find(inSight)
    const top = anchor?.getBoundingClientRect().top
    const done = work()
    if (anchor?.isConnected) scrollBy({ top: anchor.getBoundingClientRect().top - top, behavior: 'instant' })
    return done
  }

  /** At the head of the conversation, the way to the button at its end. */
  function lead(number) {
    const known = find('#news-below')
    if (number === 0) return known?.remove()
    const link = make('a', { href: '#news', textContent: `${counted(number)} to show` })
    // One press takes them in and goes to the first of them.
    link.onclick = (event) => {
      event.preventDefault()
      void take().then(() => find('#news a')?.click())
    }
    const words = make('p', { id: 'news-below' }, link)
    if (!known) find('#conversation > h2')?.after(words)
    else if (known.textContent !== words.textContent) find('a', known).textContent = link.textContent
  }

  const counted = (number) => `${number} new comment${number === 1 ? '' : 's'}`
  function show() {
    const bar = find('#news')
    steady(() => lead(fresh.size))
    if (fresh.size === 0) return void (bar && find('button', bar) && bar.remove())
    const button = (bar && find('button', bar)) ?? make('button', { type: 'button', className: 'btn', onclick: take })
    button.textContent = counted(fresh.size)
    if (!button.isConnected) {
      bar?.remove()
      steady(() => find('#conversation').append(make('p', { id: 'news' }, button)))
    }
    // Said once for all that comes within a moment.
    saying ??= setTimeout(() => {
      saying = null
      if (fresh.size > 0) tell('say', counted(fresh.size))
    }, 5000)
  }

  async function take() {
    const button = find('#news button')
    if (button.ariaDisabled === 'true') return
    button.ariaDisabled = 'true'
    const wanted = [...fresh]
    try {
      const now = await pieces()
      const focused = find('#news')?.contains(document.activeElement)
      for (const id of wanted) fresh.delete(id)
      steady(() => {
        takeIn(now, wanted)
        report(wanted, focused)
      })
    } catch {
      tell('trouble', 'The new comments did not come. Check your connection, then try again.')
    } finally {
      button.ariaDisabled = null
    }
  }
  /** Puts those of the pieces that are to come where they stand in the thread. */
  function insert(found, coming) {
    let before = null
    for (const piece of found) {
      if (coming.includes(piece)) {
        const now = document.adoptNode(piece.cloneNode(true))
        document.getElementById(piece.id)?.closest('#waiting > *')?.remove()
        if (before) before.after(now)
        else (all(PIECES)[0] ?? find('#conversation > .pager-down') ?? find('#news') ?? find('#conversation').lastElementChild).before(now)
        globalThis.htmx?.process(now)
      }
      before = here(piece) ?? before
    }
    if (found.length > 0) find('#conversation > .empty')?.remove()
  }
  function takeIn({ found, first, rest }, wanted) {
    for (const mark of all('#conversation .new')) mark.remove()
    for (const piece of found) {
      const known = here(piece)
      if (known) exchange(known, piece.cloneNode(true))
    }
    insert(
      found,
      found.filter((piece) => !here(piece)),
    )
    for (const id of wanted) find(`#conversation > #c${id} > header`)?.append(' ', make('span', { className: 'pill info new', textContent: 'New' }))
    frame(first)
    if (!rest) return
    find('#conversation > .pager-down')?.remove()
    const pager = find('#conversation > .pager-down', rest)
    if (!pager) return
    find('#news').before(document.adoptNode(pager))
    globalThis.htmx?.process(find('#conversation > .pager-down'))
  }
  /** Where they are: on this page, or further on in the conversation. */
  function report(wanted, focused) {
    const there = wanted.find((id) => find(`#conversation > #c${id}`))
    const text = there ? 'Go to the first new comment' : 'See the new comment'
    const link = make('a', { href: there ? `#c${there}` : `/comments/${wanted[0]}`, textContent: text })
    find('#news').replaceChildren(link)
    if (focused) link.focus({ preventScroll: true })
    tell('say', there ? `${counted(wanted.length)} on this page now.` : 'The new comment is further on in the conversation.')
    show()
  }

  if (document.readyState === 'complete') listen()
})()
