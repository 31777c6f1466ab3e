/*
  Drafts of staff: form[data-autosave] is stored after two seconds of quiet, and [data-autosave-status] says so. Until the server has the words they
  are kept in localStorage, so that a phone that dies or finds no signal loses none.
*/
;(() => {
  if (!globalThis.desk) return
  const { all, button, fieldsOf, find, make, say, sayTime, store, viewer } = globalThis.desk

  /* Drafts: what was saved last, and the save under way. Never two at once. */
  const drafts = new WeakMap()
  const keyOf = (form) => `draft:${viewer}:${form.elements.key?.value ?? form.getAttribute('action')}`
  const typed = (form) => fieldsOf(form).filter(([name, value]) => typeof value === 'string' && !['version', 'act', 'key'].includes(name))
  const wordsOf = (form) => new URLSearchParams(typed(form)).toString()
  /** The server has the words, or the queue. */
  function forget(form) {
    store.drop(keyOf(form))
    const draft = drafts.get(form)
    if (draft) draft.saved = wordsOf(form)
  }
  function status(form, ...content) {
    find('[data-autosave-status]', form)?.replaceChildren(...content)
  }

  function watch(form) {
    if (drafts.has(form)) return
    drafts.set(form, { saved: wordsOf(form), timer: 0, running: null, stopped: false, held: false })
    offer(form)
  }
  function touch(form) {
    const draft = drafts.get(form)
    if (!draft || wordsOf(form) === draft.saved) return
    const { draft: id } = form.dataset
    const kept = {
      action: form.getAttribute('action'),
      key: form.elements.key?.value,
      version: form.elements.version?.value,
      id,
      at: Date.now(),
      fields: typed(form),
    }
    store.set(keyOf(form), kept)
    saveIn(form, 2000)
  }
  function saveIn(form, wait) {
    const draft = drafts.get(form)
    clearTimeout(draft.timer)
    draft.timer = setTimeout(() => form.isConnected && save(form), wait)
  }

  /** With `always` also when nothing changed: a photo needs a draft to belong to. */
  function save(form, always = false) {
    const draft = drafts.get(form)
    clearTimeout(draft.timer)
    if (draft.running) return draft.running
    if (draft.stopped || draft.held || (!always && wordsOf(form) === draft.saved)) return Promise.resolve()
    draft.running = saveNow(form, draft).finally(() => {
      draft.running = null
    })
    return draft.running
  }
  async function saveNow(form, draft) {
    const words = wordsOf(form)
    const body = new URLSearchParams([...fieldsOf(form).filter(([, value]) => typeof value === 'string'), ['act', 'autosave']])
    const notSaved = (why) => status(form, `Not saved: ${why} Your words are kept on this phone.`)
    let answer
    try {
      const headers = { 'hx-request': 'true' }
      answer = await fetch(form.getAttribute('action'), {
        method: 'POST',
        body,
        headers,
        credentials: 'same-origin',
        keepalive: true,
        signal: AbortSignal.timeout(20_000),
      })
    } catch {
      saveIn(form, 15_000)
      return notSaved('no signal.')
    }
    const json = await answer.json().catch(() => null)
    // Meanwhile the form was handed over to the queue and stands for the next words.
    if (drafts.get(form) !== draft) return
    if (answer.status === 409) return overtaken(form, draft)
    if (!answer.ok || !json?.id) return notSaved(answer.redirected || answer.status === 401 ? 'sign in again.' : refusal(json))
    if (form.elements.version) form.elements.version.value = json.version
    form.dataset.draft = json.id
    draft.saved = words
    status(form, `Saved ${json.saved}`)
    // Loading the page again then shows the draft, not an empty form.
    if (location.pathname.endsWith('/posts/new')) history.replaceState(history.state, '', `/officers/drafts/${json.id}`)
    if (wordsOf(form) === words) forget(form)
    else touch(form)
  }
  const refusal = (json) => (json?.fields && Object.values(json.fields).join('. ')) || json?.problem || 'the service did not take it.'
  function overtaken(form, draft) {
    draft.stopped = true
    const { draft: id } = form.dataset
    status(
      form,
      'This draft was changed on another device. ',
      make('a', { href: id ? `/officers/drafts/${id}` : location.href, textContent: 'Open it again' }),
      '. Your words are kept on this phone.',
    )
    say('This draft was changed on another device. Open it again.')
  }

  /** Words that never reached the server, of this draft or of a form like it that was left. They are never put in unasked. */
  function offer(form) {
    const own = store.get(keyOf(form))
    const kept = own ?? (form.dataset.draft ? null : likeIt(form))
    if (!kept) return
    if (new URLSearchParams(kept.fields).toString() === wordsOf(form)) return store.drop(keyOf(form))
    const start = kept.fields.find(([name, value]) => (name === 'body' || name === 'title') && value)?.[1] ?? ''
    const words = make(
      'p',
      {},
      `Words from ${sayTime(kept.at)} did not reach us. They are kept on this phone`,
      start ? `: “${start.slice(0, 60)}${start.length > 60 ? '…' : ''}”` : '.',
    )
    const bring = button('Bring them back', () => (bringBack(form, kept), box.remove()))
    const drop = button('Throw away', () => (store.drop(`draft:${viewer}:${kept.key}`), box.remove()))
    const box = make('div', { className: 'banner offer' }, words, make('div', { className: 'actions' }, bring, drop))
    form.before(box)
  }
  const WEEK = 7 * 24 * 3_600_000
  function likeIt(form) {
    const others = store.keys(`draft:${viewer}:`).map((key) => [key, store.get(key)])
    for (const [key, kept] of others) if (!kept || Date.now() - kept.at > WEEK) store.drop(key)
    const kind = form.elements.kind?.value
    const same = ([, kept]) => kept?.action === form.getAttribute('action') && kept.fields.find(([name]) => name === 'kind')?.[1] === kind
    return others.filter(same).toSorted(([, a], [, b]) => b.at - a.at)[0]?.[1]
  }
  function bringBack(form, kept) {
    if (form.elements.key && form.elements.key.value !== kept.key) {
      form.elements.key.value = kept.key
      if (form.elements.version) form.elements.version.value = kept.version ?? ''
      if (kept.id) form.dataset.draft = kept.id
    }
    const left = [...kept.fields]
    for (const field of form.elements) {
      if (!field.name || ['hidden', 'file', 'submit', 'button', 'fieldset'].includes(field.type)) continue
      const at = left.findIndex(([name, value]) => name === field.name && (!['radio', 'checkbox'].includes(field.type) || value === field.value))
      if (['radio', 'checkbox'].includes(field.type)) field.checked = at >= 0
      else if (at >= 0) field.value = left[at][1]
      if (at >= 0) left.splice(at, 1)
    }
    const first = find('textarea, input:not([type=hidden])', form)
    first?.dispatchEvent(new Event('input', { bubbles: true }))
    first?.focus()
  }

  /** Whatever is under way comes before the form itself is sent: a save changes its version. None begins until `release`. */
  async function settle(form) {
    const draft = drafts.get(form)
    draft.held = true
    await draft.running
  }
  function release(form) {
    drafts.get(form).held = false
    touch(form)
  }

  /** The same form stands for the next words. */
  function restart(form) {
    delete form.dataset.draft
    drafts.delete(form)
    watch(form)
    status(form)
  }

  /** The draft that the form writes in, begun if need be. Throws where there is none. */
  async function draftOf(form) {
    await drafts.get(form)?.running
    if (!form.dataset.draft) await save(form, true)
    if (!form.dataset.draft) throw new Error('no draft')
    return form.dataset.draft
  }
  globalThis.desk.drafts = { forget, settle, release, restart, draftOf }

  const forms = () => all('form[data-autosave]')
  for (const kind of ['input', 'change']) {
    document.addEventListener(kind, ({ target }) => {
      if (target.form?.matches('[data-autosave]')) touch(target.form)
    })
  }
  // A phone that goes into a pocket may not come back.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) for (const form of forms()) void save(form)
  })
  addEventListener('online', () => {
    for (const form of forms()) void save(form)
  })
  const arrive = () => forms().forEach(watch)
  addEventListener('blue-lamp:desk', arrive)
  arrive()
})()
