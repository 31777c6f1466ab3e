/*
  What helps while staff type.
    select[data-fill="body"]   puts a saved reply (data-text of the option) into the field of that id; a button beside it stands in for this file
    input[data-tags]           suggests tags; the value is the address that knows them, /tags where it has none
*/
;(() => {
  if (!globalThis.desk) return
  const { make, say } = globalThis.desk

  /* Saved replies: a beginning, never in place of what is there. */
  function fill(select) {
    const text = select.selectedOptions[0]?.dataset.text
    const field = document.getElementById(select.dataset.fill)
    if (!text || !field) return
    field.value = field.value.trim() ? `${field.value.trimEnd()}\n\n${text}` : text
    field.dispatchEvent(new Event('input', { bubbles: true }))
    field.focus()
  }

  /* Tags: the word at the end of the field is completed; what stands before it stays. */
  const combos = new WeakMap()
  const wordIn = (input) => input.value.slice(input.value.lastIndexOf(',') + 1).trim()
  function suggestFor(input) {
    if (combos.has(input)) return
    const list = make('ul', { id: `${input.id}-suggestions`, className: 'suggestions', role: 'listbox', ariaLabel: 'Suggestions', hidden: true })
    const frame = make('div', { className: 'combo' })
    input.before(frame)
    frame.append(input, list)
    Object.assign(input, { role: 'combobox', ariaAutoComplete: 'list', ariaExpanded: 'false', autocomplete: 'off' })
    input.setAttribute('aria-controls', list.id)
    // With the pointer the field keeps the focus.
    list.onmousedown = (event) => event.preventDefault()
    list.onclick = ({ target }) => target.role === 'option' && complete(input, target)
    input.onblur = () => closeList(input)
    combos.set(input, { list, timer: 0, asked: '' })
  }
  function closeList(input) {
    const combo = combos.get(input)
    clearTimeout(combo.timer)
    combo.asked = ''
    combo.list.hidden = true
    input.ariaExpanded = 'false'
    input.removeAttribute('aria-activedescendant')
  }
  function complete(input, option) {
    const before = input.value.slice(0, input.value.lastIndexOf(',') + 1)
    input.value = `${before}${before && ' '}${option.textContent}, `
    closeList(input)
    input.dispatchEvent(new Event('change', { bubbles: true }))
  }
  async function suggest(input) {
    const combo = combos.get(input)
    const starts = (combo.asked = wordIn(input))
    if (!starts) return closeList(input)
    const answer = await fetch(`${input.dataset.tags || '/tags'}?starts=${encodeURIComponent(starts)}`, {
      headers: { accept: 'application/json' },
    }).catch(() => null)
    const { tags = [] } = (answer?.ok && (await answer.json().catch(() => null))) || {}
    // An answer to what was typed before, or to a field that one has left, is late.
    if (combo.asked !== starts || document.activeElement !== input) return
    const have = input.value
      .split(',')
      .slice(0, -1)
      .map((tag) => tag.trim().toLowerCase())
    const fresh = tags.filter((tag) => !have.includes(tag))
    if (fresh.length === 0) return closeList(input)
    combo.list.replaceChildren(
      ...fresh.map((tag, at) => make('li', { id: `${combo.list.id}-${at}`, role: 'option', ariaSelected: 'false', textContent: tag })),
    )
    combo.list.hidden = false
    input.ariaExpanded = 'true'
    input.removeAttribute('aria-activedescendant')
    say(`${fresh.length} suggestion${fresh.length === 1 ? '' : 's'}. Use the arrow keys.`)
  }
  function mark(input, step) {
    const options = [...combos.get(input).list.children]
    const at = options.findIndex(({ ariaSelected }) => ariaSelected === 'true')
    const next = at < 0 && step < 0 ? options.length - 1 : (at + step + options.length) % options.length
    for (const [place, option] of options.entries()) option.ariaSelected = String(place === next)
    input.setAttribute('aria-activedescendant', options[next].id)
    options[next].scrollIntoView({ block: 'nearest' })
  }
  function onTagKey(event) {
    const input = event.target
    if (!combos.has(input) || input.ariaExpanded !== 'true') return
    const chosen = document.getElementById(input.getAttribute('aria-activedescendant'))
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') mark(input, event.key === 'ArrowDown' ? 1 : -1)
    else if (event.key === 'Escape') closeList(input)
    else if (chosen && ['Enter', ','].includes(event.key)) complete(input, chosen)
    else {
      if (chosen && event.key === 'Tab') complete(input, chosen)
      return
    }
    event.preventDefault()
    // This Escape closes the list; it is none of those that leave the site.
    event.stopPropagation()
  }

  document.addEventListener('input', ({ target }) => {
    const combo = combos.get(target)
    if (!combo) return
    clearTimeout(combo.timer)
    combo.timer = setTimeout(() => suggest(target), 200)
  })
  document.addEventListener('change', ({ target }) => {
    if (target.dataset.fill) fill(target)
  })
  document.addEventListener('keydown', onTagKey, true)

  function arrive() {
    for (const element of document.querySelectorAll('select[data-fill] ~ button')) element.hidden = true
    document.querySelectorAll('input[data-tags]').forEach(suggestFor)
  }
  addEventListener('blue-lamp:desk', arrive)
  arrive()
})()
