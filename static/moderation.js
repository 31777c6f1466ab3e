/*
  What the browser adds at the moderators' desk. Everything here works without it.
    data-rows      a list of rows (data-row): keys move, open, take and select while the focus is in it
    data-selected  says how many rows are selected
    data-visit     says again and again that this case is in view, and who else has it in view
*/
;(() => {
  const EVERY = 20_000

  /* Keys of the list. Only while the focus is in it, so that no letter does anything by surprise. */
  const rowOf = (element) => element.closest('[data-rows] > [data-row]')
  const linkOf = (row) => row.querySelector('h2 a, h3 a')
  // What takes letters keeps them.
  const typing = (element) => element.matches('input:not([type=checkbox]), textarea, select, summary')

  function go(row) {
    if (!row) return
    linkOf(row)?.focus()
    row.scrollIntoView({ block: 'nearest' })
  }
  const ACTS = {
    j: (row) => go(row.nextElementSibling),
    k: (row) => go(row.previousElementSibling),
    ArrowDown: (row) => go(row.nextElementSibling),
    ArrowUp: (row) => go(row.previousElementSibling),
    c: (row) => row.querySelector('[data-claim]')?.click(),
    x: (row) => row.querySelector('[type=checkbox]')?.click(),
    '?': () => {
      const keys = document.getElementById('keys')
      if (keys) keys.open = !keys.open
    },
  }
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !Object.hasOwn(ACTS, event.key)) return
    const row = event.target instanceof Element && !typing(event.target) ? rowOf(event.target) : null
    if (!row) return
    event.preventDefault()
    ACTS[event.key](row)
  })

  function countSelected() {
    const said = document.querySelector('[data-selected]')
    if (!said) return
    const number = document.querySelectorAll('[data-rows] [type=checkbox]:checked').length
    said.textContent = number === 0 ? '' : `${number} selected`
  }
  addEventListener('change', ({ target }) => target.matches?.('[data-rows] [type=checkbox]') && countSelected())

  /* Who else is looking. Only what changed is put in place, and so only that is read out. */
  async function visit() {
    const place = document.querySelector('[data-visit]')
    if (!place || document.hidden) return
    try {
      const answer = await fetch(place.dataset.visit, {
        method: 'POST',
        headers: { 'hx-request': 'true', 'hx-request-type': 'partial', 'x-unattended': 'yes' },
      })
      if (!answer.ok) return
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
      const words = page.querySelector('[data-looking]')?.textContent.trim() ?? ''
      if (place.textContent.trim() !== words) place.textContent = words
    } catch {
      // The next time will do.
    }
  }
  setInterval(() => void visit(), EVERY)
  addEventListener('visibilitychange', () => void visit())

  function arrive() {
    const keys = document.getElementById('keys')
    if (keys) keys.hidden = false
    countSelected()
  }
  addEventListener('htmx:after:swap', arrive)
  addEventListener('blue-lamp:desk', arrive)
  addEventListener('pageshow', arrive)
})()
