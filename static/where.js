/*
  "Use my location": asked only on a tap. The browser rounds to a grid of some hundred metres before anything is sent; nothing is stored.
    <button type="button" hidden data-where="/nearby?at=">   goes to that address with the point behind it
    <p data-where-problem></p>                                beside it, says what went wrong
*/
;(() => {
  const DECIMALS = 3
  const PROBLEMS = {
    1: 'Your browser did not let us see where you are. Type a postcode or a village instead.',
    2: 'Your phone could not tell where it is. Type a postcode or a village instead.',
    3: 'Finding where you are took too long. Try again, or type a postcode or a village.',
  }

  function problemOf(button) {
    const known = button.parentElement.querySelector('[data-where-problem]')
    if (known) return known
    const made = document.createElement('p')
    made.dataset.whereProblem = ''
    button.after(made)
    return made
  }

  // There before it is needed, or a screen reader would not hear what is put into it.
  function prepare(button) {
    button.hidden = false
    problemOf(button).setAttribute('role', 'status')
  }

  function ask(button) {
    const problem = problemOf(button)
    if (button.getAttribute('aria-disabled') === 'true') return
    button.setAttribute('aria-disabled', 'true')
    problem.textContent = 'Finding where you are…'
    const done = () => button.removeAttribute('aria-disabled')
    const go = ({ coords }) => {
      done()
      problem.textContent = ''
      location.assign(button.dataset.where + [coords.latitude, coords.longitude].map((degrees) => degrees.toFixed(DECIMALS)).join(','))
    }
    const fail = ({ code }) => {
      done()
      problem.textContent = PROBLEMS[code] ?? PROBLEMS[2]
    }
    // Rough is enough, and quicker, and kinder to the battery.
    navigator.geolocation.getCurrentPosition(go, fail, { enableHighAccuracy: false, timeout: 15_000, maximumAge: 60_000 })
  }

  const prepareAll = () => {
    if ('geolocation' in navigator) for (const button of document.querySelectorAll('button[data-where][hidden]')) prepare(button)
  }
  prepareAll()
  addEventListener('htmx:after:swap', prepareAll)
  addEventListener('click', (event) => {
    const button = event.target.closest?.('button[data-where]')
    if (button) ask(button)
  })
})()
