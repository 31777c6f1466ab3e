/*
  For when there is no signal: the page that says so, and the last team pages that were read, as a visitor sees them. They are fetched again
  without cookies, so that nothing personal is ever kept here. Shows what is pushed to this browser.
*/
const PAGES = 'pages-1'
const FILES = 'files-1'
const OFFLINE = '/offline'
const MOST_PAGES = 3
const FRESH = 10 * 60_000
const TEAM = /^\/teams\/[a-z0-9-]+$/
const AT = 'x-kept-at'

addEventListener('install', (event) => event.waitUntil(keep(OFFLINE).then(() => skipWaiting())))

addEventListener('activate', (event) => event.waitUntil(begin()))
async function begin() {
  const old = (await caches.keys()).filter((name) => name !== PAGES && name !== FILES)
  await Promise.all(old.map((name) => caches.delete(name)))
  await registration.navigationPreload?.enable()
  await clients.claim()
}

addEventListener('fetch', (event) => {
  const { request } = event
  if (request.mode === 'navigate') forgotten = false
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return
  if (request.mode === 'navigate') event.respondWith(visit(event, pathname))
  else if (pathname.startsWith('/assets/')) event.respondWith(file(request))
})

async function visit(event, path) {
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(event.request))
    if (answer.ok && TEAM.test(path)) event.waitUntil(keep(path).catch(() => {}))
    return answer
  } catch {
    const pages = await caches.open(PAGES)
    const known = await pages.match(path, { ignoreVary: true })
    if (known && path !== OFFLINE) return asItWas(known)
    const offline = await pages.match(OFFLINE, { ignoreVary: true })
    return offline ? withKept(offline, pages) : Response.error()
  }
}

async function file(request) {
  return (await (await caches.open(FILES)).match(request, { ignoreVary: true })) ?? fetch(request)
}

/** A page as a visitor sees it, and the files that it needs. */
async function keep(path) {
  const pages = await caches.open(PAGES)
  const known = await pages.match(path, { ignoreVary: true })
  if (known && Date.now() - Number(known.headers.get(AT)) < FRESH) return
  const answer = await fetch(path, { credentials: 'omit', redirect: 'error' })
  if (!answer.ok) return
  const text = await answer.text()
  if (forgotten) return
  const headers = new Headers({ 'content-type': 'text/html; charset=utf-8', [AT]: String(Date.now()) })
  for (const name of ['content-security-policy', 'referrer-policy', 'x-content-type-options']) {
    if (answer.headers.has(name)) headers.set(name, answer.headers.get(name))
  }
  // Deleted first, so that the order in the cache is the order of reading.
  await pages.delete(path, { ignoreVary: true })
  await pages.put(path, new Response(text, { headers }))
  await trim(pages)
}

async function trim(pages) {
  if (forgotten) return
  const kept = (await pages.keys()).map(({ url }) => new URL(url).pathname).filter((path) => path !== OFFLINE)
  for (const path of kept.slice(0, -MOST_PAGES)) await pages.delete(path, { ignoreVary: true })
  const texts = await Promise.all((await pages.keys()).map(async (key) => (await pages.match(key, { ignoreVary: true })).text()))
  const needed = new Set(texts.flatMap((text) => text.match(/\/assets\/[\w.-]+/g) ?? []))
  if (forgotten) return
  const files = await caches.open(FILES)
  for (const key of await files.keys()) if (!needed.delete(new URL(key.url).pathname)) await files.delete(key)
  await Promise.all([...needed].map((path) => files.add(new Request(path, { credentials: 'omit' })).catch(() => {})))
}

const sayTime = (at) => {
  const time = at
    .toLocaleTimeString('en-GB', { hour: 'numeric', minute: '2-digit', hour12: true })
    .replaceAll(/\s/g, '')
    .replace(':00', '')
    .toLowerCase()
  const today = at.toDateString() === new Date().toDateString()
  return today ? time : `${time} on ${at.toLocaleDateString('en-GB', { day: 'numeric', month: 'long' })}`
}
const keptAt = (page) => new Date(Number(page.headers.get(AT)))

async function asItWas(page) {
  const words = `<div class="banner" role="status"><p><b>You are offline.</b> This is the page as it was at ${sayTime(keptAt(page))}.</p></div>`
  const text = (await page.text()).replace(/<main\b[^>]*>/, (main) => main + words)
  return new Response(text, { headers: page.headers })
}

/** The page for no signal, with the way to what can be read. */
async function withKept(offline, pages) {
  const links = []
  for (const key of (await pages.keys()).toReversed()) {
    const { pathname } = new URL(key.url)
    const page = pathname === OFFLINE ? null : await pages.match(key, { ignoreVary: true })
    if (!page) continue
    const [, title = ''] = /<title>([^<]*?)(?: – [^<]*)?<\/title>/.exec(await page.clone().text()) ?? []
    links.push(`<li><a href="${pathname}">${title}</a>, as it was at ${sayTime(keptAt(page))}</li>`)
  }
  const text = await offline.text()
  if (links.length === 0) return new Response(text, { headers: offline.headers })
  const list = `<h2>What you can read now</h2><ul>${links.join('')}</ul>`
  return new Response(
    text.replace(/(<section id="kept")[^>]*>/, (_whole, section) => `${section}>${list}`),
    { headers: offline.headers },
  )
}

/* Leaving quickly takes this along. Signing out ends what is pushed: the service tells the server so with the next message. */
addEventListener('message', (event) => {
  if (event.data === 'forget') event.waitUntil(forget())
  if (event.data === 'signed-out') event.waitUntil(endPush())
  // The team page that was read before there was anybody here to keep it.
  if (TEAM.test(event.data)) event.waitUntil(keep(event.data).catch(() => {}))
})
async function endPush() {
  await (await registration.pushManager?.getSubscription())?.unsubscribe()
}
/** Up to the next visit nothing is kept: what was being fetched just then must not come back behind it. */
let forgotten = false
async function forget() {
  forgotten = true
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)))
}

/* What is pushed: { title, body, path, tag } */
addEventListener('push', (event) => {
  const told = read(event.data)
  const { title = 'Blue Lamp', body = '', path = '/', tag } = told
  event.waitUntil(registration.showNotification(title, { body, tag, lang: 'en-GB', icon: '/icons/icon-192.png', data: { path } }))
})
function read(data) {
  try {
    return data?.json() ?? {}
  } catch {
    return {}
  }
}
addEventListener('notificationclick', (event) => {
  event.notification.close()
  const goal = new URL(String(event.notification.data?.path ?? '/'), location.origin)
  event.waitUntil(show(goal.origin === location.origin ? goal.href : '/'))
})
async function show(address) {
  const open = await clients.matchAll({ type: 'window' })
  const there = open.find(({ url }) => url === new URL(address, location.origin).href)
  return there ? there.focus() : clients.openWindow(address)
}
