/*
  Messages on this device, on the page views/push/devices.eta. The browser is asked on a tap only; what it cannot do is said in words.
    <section data-push="PUBLIC KEY">            <p data-push-say> says how things stand
    <form data-push-begin hidden>               appears when this browser could be told
    <div data-push-device="MARK">               a row with the form that ends it; MARK: begin of the SHA-256 of the browser's own address, by which it knows itself
*/
;(() => {
  const SAY = {
    cannot: 'This browser cannot show messages from this site.',
    install:
      'On an iPhone or iPad, put this site on your home screen first: tap Share, then “Add to Home Screen”. Open it from there and come back to this page.',
    denied:
      'You told this browser not to show messages from this site. To change that, open the settings of your browser for this site, allow notifications, and load this page again.',
    dismissed: 'Your browser did not get an answer from you, so nothing has changed.',
    off: 'This device is not told yet.',
    on: 'This device is told.',
    failed: 'Your browser could not connect to its message service. Try again later.',
    refused: 'We could not take this device. Load the page again and try once more.',
  }

  const section = document.querySelector('[data-push]')
  if (!section) return
  const begin = section.querySelector('[data-push-begin]')
  const say = (words) => (section.querySelector('[data-push-say]').textContent = words)
  const isApple = /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.platform === 'MacIntel' && navigator.maxTouchPoints > 1)
  const able = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window

  const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (character) => character.charCodeAt(0))
  const textOf = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, '-')
      .replace(/\//g, '_')
      .replace(/=+$/, '')

  async function markOf(subscription) {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(subscription.endpoint))
    return Array.from(new Uint8Array(digest).slice(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('')
  }

  const current = async () => (await (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription()) ?? null

  /** The row of this very browser; null when the server does not tell it. */
  async function ownRow() {
    const subscription = Notification.permission === 'granted' ? await current() : null
    return subscription && section.querySelector(`[data-push-device="${await markOf(subscription)}"]`)
  }

  async function show() {
    if (!able) return say(isApple && navigator.standalone !== true ? SAY.install : SAY.cannot)
    if (Notification.permission === 'denied') return say(SAY.denied)
    const own = await ownRow()
    if (own) own.querySelector('[data-push-here]').hidden = false
    begin.hidden = Boolean(own)
    say(own ? SAY.on : SAY.off)
  }

  /** A subscription to an earlier key of this site is of no use any more. */
  async function subscriptionOf(worker) {
    const known = await worker.pushManager.getSubscription()
    const key = known?.options.applicationServerKey
    if (known && key && textOf(key) === section.dataset.push) return known
    await known?.unsubscribe()
    return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(section.dataset.push) })
  }

  async function send(form, subscription) {
    const body = new URLSearchParams(new FormData(form))
    body.set('endpoint', subscription.endpoint)
    for (const name of ['p256dh', 'auth']) body.set(name, textOf(subscription.getKey(name)))
    const answer = await fetch(form.action, { method: 'POST', body, headers: { 'x-sent-by': 'script' } })
    if (answer.ok) return followTo(answer.headers.get('hx-redirect'))
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    say(page.querySelector('[data-trouble]')?.textContent.trim() || SAY.refused)
  }

  // The anchor alone would not load the page again.
  function followTo(address) {
    if (address) history.replaceState(null, '', address)
    location.reload()
  }

  async function turnOn() {
    const permission = await Notification.requestPermission()
    if (permission === 'denied') {
      begin.hidden = true
      return say(SAY.denied)
    }
    if (permission !== 'granted') return say(SAY.dismissed)
    try {
      await navigator.serviceWorker.register('/sw.js')
      await send(begin, await subscriptionOf(await navigator.serviceWorker.ready))
    } catch {
      say(SAY.failed)
    }
  }

  // Before the scripts of every page see the form: it is not sent as it stands.
  let busy = false
  begin.addEventListener('submit', (event) => {
    event.preventDefault()
    event.stopPropagation()
    if (busy) return
    busy = true
    void turnOn().finally(() => (busy = false))
  })

  // The server forgets this browser, and the browser its address. What fails in the browser does no harm: nothing is sent to it.
  async function letGo(row) {
    const subscription = row && able ? await current() : null
    if (subscription && (await markOf(subscription)) === row.dataset.pushDevice) await subscription.unsubscribe()
  }
  section.addEventListener('submit', (event) => void letGo(event.target.closest('[data-push-device]')).catch(() => {}))

  void show().catch(() => say(SAY.cannot))
})()
