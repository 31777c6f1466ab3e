/* Sharing out hours: says how many are left while somebody types. Without it the server says so. */
;(() => {
  const say = (left) => {
    if (left === 0) return 'All hours are shared out.'
    const many = `${Math.abs(left)} ${Math.abs(left) === 1 ? 'hour' : 'hours'}`
    return left > 0 ? `${many} left to share out.` : `${many} too many.`
  }

  function sum(form) {
    const given = [...form.querySelectorAll('input[type=number]')].reduce((all, { valueAsNumber }) => all + (valueAsNumber || 0), 0)
    const told = form.querySelector('[data-effort-sum]')
    const words = say(Number(form.dataset.effort) - given)
    if (told.textContent !== words) told.textContent = words
  }

  const sumAll = () => {
    for (const form of document.querySelectorAll('form[data-effort]')) sum(form)
  }
  sumAll()
  addEventListener('htmx:after:swap', sumAll)
  addEventListener('input', ({ target }) => {
    const form = target.closest?.('form[data-effort]')
    if (form) sum(form)
  })
})()
