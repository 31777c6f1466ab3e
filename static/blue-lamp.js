/*
  What the browser adds. Every journey works without this file; it only makes things quicker, safer or better said.
    data-exit          leaves at once, by click or by Esc three times
    data-keep="key"    keeps what is typed in this tab until the server has confirmed it (data-sent="key", or its form succeeded)
    data-count="500"   says how many characters are left
    data-announce      is read out when it arrives (its value, or its text)
*/
;(() => {
  const find = (selector, root = document) => root.querySelector(selector)
  const all = (selector) => document.querySelectorAll(selector)

  // Storage may be refused (private windows): the page then simply keeps nothing.
  const store = {
    get: (key) => {
      try {
        return sessionStorage.getItem(key)
      } catch {
        return null
      }
    },
    set: (key, value) => {
      try {
        sessionStorage.setItem(key, value)
      } catch {}
    },
    drop: (key) => {
      try {
        sessionStorage.removeItem(key)
      } catch {}
    },
  }

  /* Quick exit: nothing typed stays behind, and "back" from the other site does not lead here. */
  function leave() {
    try {
      sessionStorage.clear()
      localStorage.clear()
      navigator.serviceWorker?.controller?.postMessage('forget')
    } catch {}
    document.title = 'Please wait'
    document.body.hidden = true
    location.replace(find('[data-exit]').href)
  }
  let escapes = []
  addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return (escapes = [])
    escapes = [...escapes.filter((at) => event.timeStamp - at < 2000), event.timeStamp]
    if (escapes.length >= 3) leave()
  })
  addEventListener('click', (event) => {
    if (!event.target.closest?.('[data-exit]')) return
    event.preventDefault()
    leave()
  })

  /* Signing out ends messages on this screen, which the next person may hold. */
  addEventListener('submit', (event) => {
    if (event.defaultPrevented || event.target.getAttribute('action') !== '/sign-out') return
    navigator.serviceWorker?.controller?.postMessage('signed-out')
  })

  /* Saying things */
  function say(text) {
    const live = find('#live')
    live.textContent = ''
    setTimeout(() => (live.textContent = text), 150)
  }
  function warn(text, reload) {
    const trouble = find('#trouble')
    const words = document.createElement('p')
    words.textContent = text
    const close = document.createElement('button')
    close.className = 'btn second'
    close.textContent = reload ? 'Reload the page' : 'Close'
    close.onclick = () => (reload ? location.reload() : trouble.replaceChildren())
    trouble.replaceChildren(words, close)
  }
  const announced = new WeakSet()
  function announce() {
    for (const element of all('[data-announce]')) {
      if (announced.has(element)) continue
      announced.add(element)
      say(element.dataset.announce || element.textContent.trim())
    }
  }

  function noteAfter(element, name) {
    const note = document.createElement('p')
    note.className = name
    element.after(note)
    return note
  }

  /* Keeping what was typed */
  const kept = (element) => `keep:${element.dataset.keep}`
  function restore() {
    const sending = store.get('sending')
    if (sending && find('.banner.good')) for (const key of sending.split('\n')) store.drop(key)
    store.drop('sending')
    for (const element of all('[data-sent]')) store.drop(`keep:${element.dataset.sent}`)
    for (const element of all('[data-keep]')) {
      const words = store.get(kept(element))
      if (!words || element.value || element.dataset.restored) continue
      element.dataset.restored = '1'
      element.value = words
      noteAfter(element, 'kept').textContent = 'We kept what you had typed here.'
    }
  }

  /* Counting */
  let counting
  function count(element) {
    const max = Number(element.dataset.count)
    const note = (element.counter ??= noteAfter(element, 'count'))
    const left = max - (element.value.length > 2 * max ? element.value.length : [...element.value].length)
    const number = Math.abs(left).toLocaleString('en-GB')
    note.textContent = `${number} character${number === '1' ? '' : 's'} ${left < 0 ? 'too many' : 'left'}`
    note.classList.toggle('over', left < 0)
    clearTimeout(counting)
    if (left < max / 10) counting = setTimeout(() => say(note.textContent), 1000)
  }
  addEventListener('input', ({ target }) => {
    if (target.dataset?.keep) target.value ? store.set(kept(target), target.value) : store.drop(kept(target))
    if (target.dataset?.count) count(target)
  })

  /* One press sends once: the same button of the same form again, within a moment, does nothing. */
  const busy = new Map()
  function release(form) {
    busy.get(form)?.removeAttribute('aria-disabled')
    busy.delete(form)
  }
  addEventListener(
    'submit',
    (event) => {
      const form = event.target
      if (form.method !== 'post') return
      const button = event.submitter ?? form
      if (busy.get(form) === button) {
        event.preventDefault()
        event.stopImmediatePropagation()
        return
      }
      release(form)
      busy.set(form, button)
      button.setAttribute('aria-disabled', 'true')
      setTimeout(() => busy.get(form) === button && release(form), 3000)
      store.set('sending', [...form.querySelectorAll('[data-keep]')].map(kept).join('\n'))
    },
    true,
  )
  addEventListener('pageshow', () => [...busy.keys()].forEach(release))

  /* Around htmx. Refusals other than a form's own (422) are not swapped in (see htmx-config in the layout): they are said. */
  const ofForm = ({ sourceElement: source }) => (source?.matches?.('form') ? source : source?.matches?.('button') ? source.form : null)
  const read = (ctx) => new DOMParser().parseFromString(ctx.text ?? '', 'text/html')
  addEventListener('htmx:after:request', ({ detail: { ctx } }) => {
    const form = ofForm(ctx)
    if (!form || form.method !== 'post' || ctx.response.status >= 400) return
    for (const element of form.querySelectorAll('[data-keep]')) store.drop(kept(element))
    find('#trouble').replaceChildren()
  })
  addEventListener('htmx:response:error', ({ detail: { ctx } }) => {
    const { status } = ctx.response
    if (status === 422) return
    const trouble = find('[data-trouble]', read(ctx))
    const words = status < 500 && trouble?.textContent.trim().replace(/\s+/g, ' ')
    warn(words || 'Sorry, there is a problem with the service. What you typed is still here. Try again later.', status === 409)
  })
  addEventListener('htmx:error', ({ detail: { ctx } }) => {
    // A preview that does not come is no trouble.
    if (ctx && !ctx.response && !ctx.sourceElement?.matches?.('textarea'))
      warn('We could not reach the service. What you typed is still here. Check your connection, then send it again.')
  })
  addEventListener('htmx:finally:request', ({ detail: { ctx } }) => {
    const form = ofForm(ctx)
    if (form) release(form)
    store.drop('sending')
  })
  // Of what goes away with the focus in it, the place is remembered: what comes there gets the focus.
  let above
  addEventListener('htmx:before:swap', ({ detail: { ctx } }) => {
    above = ctx.target?.contains(document.activeElement) ? ctx.target.previousElementSibling : null
  })
  addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
    arrive()
    if (ctx.response?.status === 422) return
    // A part taken from a whole page leaves the page's notice behind.
    const notice = ctx.select && find('.banner.good', read(ctx))
    if (notice) say(notice.textContent.trim())
    // Focus that went with what was replaced would fall back to the top of the page.
    const target = ctx.target?.isConnected ? ctx.target : above?.nextElementSibling
    if (document.activeElement !== document.body || !target || ctx.swap === 'none') return
    if (!target.hasAttribute('tabindex')) target.tabIndex = -1
    target.focus({ preventScroll: true })
  })

  let summary
  function arrive() {
    restore()
    announce()
    all('[data-count]').forEach(count)
    const problem = find('.error-summary')
    if (problem && problem !== summary) problem.focus()
    summary = problem
  }
  async function keepAtHand() {
    if (!('serviceWorker' in navigator)) return
    await navigator.serviceWorker.register('/sw.js')
    const { active } = await navigator.serviceWorker.ready
    const team = store.get('team')
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to name
    if (team) active.postMessage(team)
  }
  /* Pages for when there is no signal (sw.js). From the second page of a visit on: who only looks in once fetches nothing more. */
  addEventListener('load', () => {
    if (/^\/teams\/[^/]+$/.test(location.pathname)) store.set('team', location.pathname)
    if (store.get('seen')) keepAtHand().catch(() => {})
    store.set('seen', '1')
  })

  // For what is loaded besides.
  addEventListener('blue-lamp:say', ({ detail }) => say(detail))
  addEventListener('blue-lamp:trouble', ({ detail }) => warn(detail))
  addEventListener('blue-lamp:arrive', arrive)
  arrive()
})()
