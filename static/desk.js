/*
  What the browser adds where staff work: loaded for them alone. Every journey works without this file.
    form[data-queue="your reply"]   kept on the phone where there is no signal, sent by itself when the signal is back, once (the form's key makes it once)
    [data-no-script]                stands in for this file, and goes when it is here
  Drafts are in drafts.js, photos in photos.js, what helps while typing in typing.js. What is kept lies in localStorage under the account that typed it: nobody else's words are ever sent.
*/
;(() => {
  const { viewer } = document.body.dataset
  if (!viewer) return
  const QUEUE = `queue:${viewer}`
  const find = (selector, root = document) => root.querySelector(selector)
  const all = (selector, root = document) => [...root.querySelectorAll(selector)]
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties)
    element.append(...children)
    return element
  }
  const newKey = () =>
    crypto.randomUUID?.() ??
    '10000000-1000-4000-8000-100000000000'.replaceAll(/[018]/g, (digit) =>
      (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16),
    )
  const sayTime = (at) =>
    new Date(at).toLocaleTimeString('en-GB', { hour: 'numeric', minute: '2-digit', hour12: true }).replaceAll(/\s/g, '').toLowerCase()
  const read = (text) => new DOMParser().parseFromString(text, 'text/html')
  const tell = (name, detail) => dispatchEvent(new CustomEvent(`blue-lamp:${name}`, { detail }))
  const say = (text) => tell('say', text)

  // Storage may be full or refused: `set` answers whether the words are kept.
  const store = {
    keys: (start) => Object.keys(localStorage).filter((key) => key.startsWith(start)),
    get(key) {
      try {
        return JSON.parse(localStorage.getItem(key))
      } catch {
        return null
      }
    },
    set(key, value) {
      try {
        localStorage.setItem(key, JSON.stringify(value))
        return true
      } catch {
        return false
      }
    },
    drop: (key) => localStorage.removeItem(key),
  }

  /* Sending. Throws only when no answer came; then nobody knows whether it arrived, and the form's key makes it safe to send again. */
  async function send(action, fields) {
    const files = fields.some(([, value]) => typeof value !== 'string')
    const body = files ? new FormData() : new URLSearchParams(fields)
    if (files) for (const [name, value] of fields) body.append(name, value)
    const headers = { 'x-sent-by': 'script' }
    const response = await fetch(action, {
      method: 'POST',
      body,
      headers,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(files ? 120_000 : 30_000),
    })
    const to = response.headers.get('hx-redirect') ?? (response.redirected ? response.url : null)
    const signIn = response.status === 401 || (to !== null && new URL(to, location.href).pathname === '/sign-in')
    return { status: signIn ? 401 : response.status, to: signIn ? null : to, page: read(await response.text()) }
  }

  function problemOf({ status, page }) {
    if (status === 401) return 'Sign in again to send it.'
    const words = all('.error-summary li, .error-summary p, [data-error], [data-trouble]', page).map((element) => element.textContent.trim())
    return [...new Set(words)].join('. ').replaceAll(/\s+/g, ' ') || 'It was refused.'
  }

  /** The same address with another anchor would only scroll. */
  function goTo(address) {
    const to = new URL(address, location.href)
    const stays = to.pathname === location.pathname && to.search === location.search
    location.assign(to)
    if (stays) location.reload()
  }

  function showPage(page, title) {
    const main = document.adoptNode(find('main', page))
    find('main').replaceWith(main)
    document.title = title
    globalThis.htmx?.process(main)
    arrive()
    tell('arrive')
    if (!find('.error-summary')) find('main').focus()
  }

  const fieldsOf = (form, button) => {
    const fields = [...new FormData(form)].filter(([, value]) => typeof value === 'string' || value.size > 0)
    return button?.name ? [...fields, [button.name, button.value]] : fields
  }

  const LOOKS = ['preview', 'kind']
  async function submit(form, button) {
    const fields = () => fieldsOf(form, button)
    const draft = form.matches('[data-autosave]')
    if (navigator.onLine) {
      // Whatever is under way for the form comes first.
      if (find('[data-unsent]', form)) say('Sending the photos first.')
      await globalThis.desk.photosOf?.(form)
      if (find('[data-unsent]', form)) return tell('trouble', 'A photo is not sent yet. Send it again or leave it out, then go on.')
      if (draft) await drafts().settle(form)
    }
    if (!navigator.onLine) return keep(form, button, fields())
    let answer
    try {
      answer = await send(form.getAttribute('action'), fields())
    } catch {
      if (draft) drafts().release(form)
      return keep(form, button, fields())
    }
    if (answer.to) {
      if (draft) drafts().forget(form)
      return goTo(answer.to)
    }
    if (answer.status === 200 || answer.status === 422) return showPage(answer.page, answer.page.title)
    if (draft) drafts().release(form)
    const reason = answer.status < 500 ? problemOf(answer) : 'Sorry, there is a problem with the service. Try again later.'
    tell('trouble', `${reason} What you typed is still here.`)
  }

  /* The queue */
  const queued = () => store.get(QUEUE) ?? []
  const waiting = () => queued().filter(({ refused }) => !refused)
  const named = ({ label, at }) => `${label} (${sayTime(at)})`
  const change = (id, changes) =>
    store.set(
      QUEUE,
      queued().map((item) => (item.id === id ? { ...item, ...changes } : item)),
    )
  const remove = (id) =>
    queued().length > 1
      ? store.set(
          QUEUE,
          queued().filter((item) => item.id !== id),
        )
      : store.drop(QUEUE)
  let done = []

  function keep(form, button, fields) {
    if (form.dataset.queue === undefined || LOOKS.includes(button?.value)) {
      return tell('trouble', 'Not sent: there is no signal. Your words are kept on this phone. Try again when the signal is back.')
    }
    // A file cannot be kept. Without its photo the post is not what was meant: it waits as a draft.
    const photo = find('[data-unsent]', form) !== null
    const text = fields.filter(([, value]) => typeof value === 'string').map(([name, value]) => [name, photo && name === 'act' ? 'save' : value])
    const words = all('textarea, input[type=text], input:not([type])', form).map(({ value }) => value.trim())
    const lost = photo || text.length < fields.length
    const note = lost ? 'A photo or document cannot be kept here: the words become a draft, add the file to it again.' : ''
    const item = {
      id: newKey(),
      action: form.getAttribute('action'),
      fields: text,
      label: form.dataset.queue || 'your words',
      at: Date.now(),
      page: location.pathname,
      words,
      note,
    }
    if (!store.set(QUEUE, [...queued(), item])) {
      return tell('trouble', 'Not sent: there is no signal, and this phone cannot keep your words. Leave this page open and try again.')
    }
    if (form.matches('[data-autosave]')) drafts().forget(form)
    empty(form)
    draw()
    find('.wait-banner').focus()
    say(`${note} Kept on this phone: ${named(item)}. It is sent by itself when the signal is back.`)
  }

  /** The form is free for the next words, which are not the same message. */
  function empty(form) {
    for (const photo of all('[data-unsent]', form)) photo.remove()
    if (form.elements.key) form.elements.key.value = newKey()
    if (form.elements.version) form.elements.version.value = ''
    const fields = all('textarea, input[type=text], input:not([type])', form)
    for (const field of fields) field.value = ''
    if (form.matches('[data-autosave]')) drafts().restart(form)
    for (const field of fields) field.dispatchEvent(new Event('input', { bubbles: true }))
  }

  // One tab sends at a time.
  async function alone(work) {
    if (navigator.locks) return navigator.locks.request(QUEUE, { ifAvailable: true }, (lock) => lock && work())
    const lease = `lease:${viewer}`
    if ((store.get(lease) ?? 0) > Date.now()) return
    store.set(lease, Date.now() + 60_000)
    await work().finally(() => store.drop(lease))
  }

  async function sendWaiting() {
    if (waiting().length > 0 && navigator.onLine)
      await alone(async () => {
        while (waiting().length > 0 && (await sendOne(waiting()[0])));
      })
    draw()
  }

  /** Whether the next one may follow. */
  async function sendOne(item) {
    let answer
    try {
      answer = await send(item.action, item.fields)
    } catch {
      return false
    }
    if (answer.to || answer.status === 200) {
      remove(item.id)
      done = [...done, { ...item, to: answer.to }]
      say(`Sent: ${named(item)}.`)
      return true
    }
    if (answer.status >= 500 || answer.status === 429) return false
    change(item.id, { problem: problemOf(answer), refused: answer.status !== 401 })
    say(`Not sent: ${named(item)}. ${problemOf(answer)}`)
    return answer.status !== 401
  }

  const button = (text, onclick, className = 'btn second') => make('button', { type: 'button', className, textContent: text, onclick })
  const throwAway = (item) =>
    button('Throw away', () => {
      if (!confirm(`Throw away ${named(item)}? It was not sent, and it cannot be brought back.`)) return
      remove(item.id)
      draw()
    })

  function entry(item) {
    const about = make('p', {}, make('b', { textContent: item.refused ? 'Not sent: ' : 'Waiting for signal: ' }), `${named(item)}. `)
    about.append(item.refused || item.problem ? `${item.problem} ` : 'It is sent by itself when the signal is back. ', item.note)
    if (!item.refused) return make('li', {}, about, make('div', { className: 'actions' }, button('Send now', sendWaiting), throwAway(item)))
    about.append(' ', make('a', { href: item.page, textContent: 'Open the page again' }))
    const words = make('textarea', { readOnly: true, rows: 3, value: item.words.filter(Boolean).join('\n\n') })
    const again = button('Send again', () => (change(item.id, { refused: false, problem: '' }), sendWaiting()))
    return make('li', {}, about, make('label', {}, 'Your words, to copy', words), make('div', { className: 'actions' }, again, throwAway(item)))
  }

  function draw() {
    const items = [
      ...done.map((item) =>
        make(
          'li',
          { className: 'sent' },
          make('p', {}, `Sent: ${named(item)}. `, item.to ? make('a', { href: item.to, textContent: 'See it' }) : ''),
        ),
      ),
      ...queued().map(entry),
    ]
    const banner = find('.wait-banner') ?? make('section', { className: 'wait-banner', tabIndex: -1, ariaLabel: 'Words that wait to be sent' })
    if (items.length === 0) return banner.remove()
    const place = banner.contains(document.activeElement) ? all('button, a', banner).indexOf(document.activeElement) : null
    banner.replaceChildren(make('ul', {}, ...items))
    if (!banner.isConnected) find('main').before(banner)
    if (place !== null) (all('button, a', banner)[place] ?? banner).focus()
  }

  /* Signing out leaves nothing behind, and says what would be lost. (The quick exit clears everything, unasked.) */
  function mayLeave() {
    const lost = [...queued().map(named), ...store.keys(`draft:${viewer}:`).map(() => 'a draft that is not saved')]
    if (lost.length > 0 && !confirm(`Not sent yet: ${lost.join(', ')}. If you sign out now, these words are lost. Sign out?`)) return false
    for (const key of [QUEUE, ...store.keys(`draft:${viewer}:`)]) store.drop(key)
    return true
  }

  document.addEventListener(
    'submit',
    (event) => {
      const form = event.target
      const path = form.getAttribute('action')
      if (path === '/sign-out' && !mayLeave()) event.preventDefault()
      if (!form.matches('[data-queue], [data-autosave]') || event.submitter?.hasAttribute('formaction')) return
      event.preventDefault()
      // Nobody else sends it too.
      event.stopPropagation()
      void submit(form, event.submitter)
    },
    true,
  )
  addEventListener('storage', ({ key }) => key === QUEUE && draw())
  addEventListener('online', () => void sendWaiting())
  setInterval(() => waiting().length > 0 && sendWaiting(), 30_000)

  /** A file raised the draft's version: every form of the page that names one has to know, or it would be refused as out of date. */
  function raise(version) {
    if (version) for (const input of all('input[name=version]')) input.value = version
  }
  document.addEventListener('htmx:after:request', ({ detail: { ctx } }) => raise(ctx.response?.headers?.get('draft-version')))

  /* The desk and the queue as they stand now. While somebody is busy there nothing moves: a bar at the bottom offers what is new. */
  const IDLE = 4000
  let touched = 0
  let moving
  for (const type of ['pointermove', 'pointerdown', 'keydown', 'wheel', 'touchmove'])
    addEventListener(type, () => (touched = Date.now()), { passive: true, capture: true })
  const busy = (part) => part.contains(document.activeElement) || find('[type=checkbox]:checked', part) || Date.now() - touched < IDLE
  const rowKey = (row) => row.id || find('a', row)?.getAttribute('href')
  const rows = (part) => all('.queue > .row', part)
  const plainly = (part) => part.textContent.replaceAll(/\s+/g, ' ')
  const sayNew = (topic, number) =>
    topic === 'queue' ? `${number} new case${number === 1 ? '' : 's'}` : `${number} new ${number === 1 ? 'thing' : 'things'} on your desk`

  addEventListener('blue-lamp:moved', ({ detail: topic }) => {
    moving ??= setTimeout(() => ((moving = null), void refresh(topic).catch(() => {})), 2000)
  })
  async function refresh(topic) {
    const address = new URL(location.href)
    address.searchParams.delete('done')
    const part = find(`[data-live="${topic}"]`)
    const answer = part && (await fetch(address, { headers: { 'hx-request': 'true', 'hx-request-type': 'partial', 'x-unattended': 'yes' } }))
    if (!answer?.ok || answer.redirected) return
    const now = find(`[data-live="${topic}"]`, read(await answer.text()))
    const bar = find('.bar.moved', part)
    bar?.remove()
    if (!now || plainly(now) === plainly(part)) return
    const known = new Set(rows(part).map(rowKey))
    const added = rows(now).filter((row) => !known.has(rowKey(row))).length
    if (!busy(part)) exchange(part, now)
    else part.append(barOf(added > 0 ? sayNew(topic, added) : 'The list has changed', () => exchange(part, now, true)))
    if (added > 0 && bar?.dataset.added !== String(added)) say(sayNew(topic, added))
    const shown = find('.bar.moved', part)
    if (shown) shown.dataset.added = added
  }
  function barOf(text, show) {
    return make('div', { className: 'bar moved' }, make('span', { textContent: text }), button('Show', show))
  }
  /** What was open, selected and in focus stays so, and the first row in sight stays where it is. */
  function exchange(part, now, pressed) {
    const focus = part.contains(document.activeElement) && document.activeElement.closest('.row')
    const anchor = rows(part).find((row) => row.getBoundingClientRect().bottom > 0)
    const top = anchor?.getBoundingClientRect().top
    for (const { value } of all('[type=checkbox]:checked', part)) {
      const box = find(`[type=checkbox][value="${CSS.escape(value)}"]`, now)
      if (box) box.checked = true
    }
    for (const { id } of all('details[open][id]', part)) find(`#${id}`, now)?.setAttribute('open', '')
    const fresh = document.adoptNode(now)
    part.replaceWith(fresh)
    globalThis.htmx?.process(fresh)
    arrive()
    const same = (row) => row && rows(fresh).find((one) => rowKey(one) === rowKey(row))
    const place = same(anchor)
    if (place && scrollY > 0) scrollBy({ top: place.getBoundingClientRect().top - top, behavior: 'instant' })
    const goal = pressed || focus ? find('a', same(focus) ?? rows(fresh)[0] ?? fresh) : null
    goal?.focus({ preventScroll: true })
  }

  /** For the files beside this one. */
  globalThis.desk = { all, button, fieldsOf, find, make, newKey, problemOf, raise, read, say, sayTime, store, tell, viewer }
  const drafts = () => globalThis.desk.drafts

  function arrive() {
    for (const element of all('[data-no-script]')) element.hidden = true
    tell('desk')
  }
  addEventListener('htmx:after:swap', arrive)
  arrive()
  void sendWaiting()
})()
