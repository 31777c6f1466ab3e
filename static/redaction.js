/*
  Words that a moderator selects in an item go into the list of what to take out.
    form[data-redact]            holds the list: its textarea "others", one wording a line
    button[data-take-selected]   takes what is selected in .item; hidden without this file
*/
;(() => {
  const { say } = globalThis.desk ?? {}
  let selected = ''

  /* The button takes the focus and may take the selection with it: so it is remembered. */
  document.addEventListener('selectionchange', () => {
    const selection = getSelection()
    const { anchorNode, focusNode } = selection
    const inItem = (node) => (node instanceof Element ? node : node?.parentElement)?.closest('.item')
    if (inItem(anchorNode) && inItem(focusNode)) selected = selection.toString()
  })

  function take(form) {
    const lines = selected
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
    const field = form.elements.others
    if (lines.length === 0) return say?.('Select words in the item first')
    const before = field.value
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
    field.value = [...new Set([...before, ...lines])].join('\n')
    field.dispatchEvent(new Event('input', { bubbles: true }))
    const redact = form.querySelector('input[name="act"][value="redact"]')
    if (redact) redact.checked = true
    say?.(`${lines.join(', ')}: to be taken out`)
    selected = ''
  }

  document.addEventListener('click', ({ target }) => {
    const button = target.closest?.('[data-take-selected]')
    if (button) take(button.form)
  })

  function arrive() {
    for (const button of document.querySelectorAll('[data-take-selected]')) button.hidden = false
  }
  addEventListener('blue-lamp:desk', arrive)
  arrive()
})()
