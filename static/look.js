/*
  Looking around: the items of the list as labels over the camera picture, by bearing and distance, turning with the phone.
    <div data-look data-lat data-lng>   [data-look-said] what is in the way, [data-look-intro] with [data-look-start]
    <section id="list">                 its items (li[data-lat][data-lng]) are what is shown; it stays in the page and is the alternative to the picture
  Bearings are worked out here, from coordinates that are public anyway: neither the picture nor where somebody is exactly leaves the phone.
*/
;(() => {
  const FIELD = 60 // degrees that the picture shows from edge to edge, about what a phone held upright sees
  const MOST = 12
  const SILENT_AFTER = 3000
  const GAP = 4
  // Metres: at the lower and at the upper edge of the picture
  const [NEXT_DOOR, FURTHEST] = [100, 8000]
  const RADIANS = Math.PI / 180
  const NO_CAMERA = 'This browser has no camera that we can use. This is the same as a list.'
  const NO_SENSOR = 'This device does not tell which way it points. This is the same as a list.'
  const NOT_LET =
    'Your browser did not let us use the camera. This is the same as a list. To look around, allow the camera for this site and try again.'
  const NOT_TURNED =
    'Your phone did not let us see which way it points. This is the same as a list. To look around, allow motion and orientation and try again.'
  const TAKEN = 'The camera was switched off. This is the same as a list.'

  /* Geometry: degrees and metres */
  const between = (from, to) => {
    const lat = ((from.lat + to.lat) / 2) * RADIANS
    const north = (to.lat - from.lat) * (111_132.95 - 559.85 * Math.cos(2 * lat))
    const east = (to.lng - from.lng) * (111_412.88 * Math.cos(lat) - 93.5 * Math.cos(3 * lat))
    return { metres: Math.hypot(east, north), bearing: circle(Math.atan2(east, north) / RADIANS) }
  }
  const circle = (degrees) => ((degrees % 360) + 360) % 360
  /** How far to turn, from -180 (left) up to 180 (right). */
  const turnTo = (bearing, heading) => circle(bearing - heading + 180) - 180
  /** Where the back of the phone points. Flat on the table that is nowhere: then it is where its upper edge points. */
  const headingOf = ({ alpha, beta, gamma }, screenAngle) => {
    const [a, b, c] = [alpha, beta ?? 90, gamma ?? 0].map((degrees) => degrees * RADIANS)
    const east = -Math.cos(a) * Math.sin(c) - Math.sin(a) * Math.sin(b) * Math.cos(c)
    const north = -Math.sin(a) * Math.sin(c) + Math.cos(a) * Math.sin(b) * Math.cos(c)
    return Math.hypot(east, north) < 0.3 ? circle(screenAngle - alpha) : circle(Math.atan2(east, north) / RADIANS)
  }
  const screenAngle = () => globalThis.screen?.orientation?.angle ?? 0

  /* Words: as the list says them (src/nearby/ground.ts) */
  const sayDistance = (metres) => {
    if (metres < 50) return 'very near'
    const steps = Math.round(metres / 50) * 50
    if (steps < 1000) return `${steps} metres`
    const miles = metres / 1609.344
    const said = miles < 9.95 ? miles.toFixed(1).replace(/\.0$/, '') : String(Math.round(miles))
    return `${said} ${said === '1' ? 'mile' : 'miles'}`
  }
  const WAYS = ['north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west', 'north-west']
  const sayWay = (heading) => WAYS[Math.round(heading / 45) % 8]
  const sayRest = ({ left, right, behind, hidden }) => {
    const turns = [left && `left for ${left} more`, right && `right for ${right} more`].filter(Boolean)
    return [turns.length > 0 && `Turn ${turns.join(', ')}.`, behind && `${behind} behind you.`, hidden && `${hidden} more this way, in the list.`]
      .filter(Boolean)
      .join(' ')
  }

  const root = document.querySelector('[data-look]')
  if (!root) return
  const [said, intro, startButton] = ['said', 'intro', 'start'].map((name) => root.querySelector(`[data-look-${name}]`))
  // Stands in the page for whoever has no scripts.
  root.querySelector('[data-look-off]').remove()
  const listTitle = document.getElementById('list-title')
  const calm = matchMedia('(prefers-reduced-motion: reduce)')
  let position = { lat: Number(root.dataset.lat), lng: Number(root.dataset.lng) }
  let heading = null
  let running = null // what has to be stopped: stage, stream, watch, timer

  const items = [...document.querySelectorAll('#list li[data-lat]')].map((row) => {
    const link = row.querySelector('h3 a')
    const kind = row.querySelector('.kind b').textContent
    return { lat: Number(row.dataset.lat), lng: Number(row.dataset.lng), name: link.textContent, href: link.href, kind }
  })

  /* The stage */
  function make(name, className, ...children) {
    const element = document.createElement(name)
    if (className) element.className = className
    element.append(...children)
    return element
  }

  function labelOf(item) {
    item.distance = make('span')
    item.label = make('a', '', make('b', '', item.name), make('small', '', item.distance, `, ${item.kind}`))
    item.label.href = item.href
    item.row = make('li', '', item.label)
    item.row.hidden = true
    return item.row
  }

  function buildStage(stream) {
    const video = make('video')
    Object.assign(video, { muted: true, playsInline: true, autoplay: true, srcObject: stream })
    video.setAttribute('aria-hidden', 'true')
    const labels = make('ul', 'look-labels', ...items.map(labelOf))
    const hint = make('p', 'look-hint', 'Hold up your phone and turn around.')
    const back = make('button', 'btn', 'Show the list')
    back.type = 'button'
    back.addEventListener('click', () => {
      stop()
      listTitle.focus()
      listTitle.scrollIntoView()
    })
    const stage = make('section', 'look', video, labels, make('div', 'look-bar', hint, back))
    stage.setAttribute('aria-label', 'Camera picture with labels')
    return { stage, video, labels, hint }
  }

  /* Placing: the nearest lie low and large, what is far stands high and small; none covers another, and what finds no room is counted */
  function measure() {
    for (const item of items) {
      Object.assign(item, between(position, item))
      item.distance.textContent = sayDistance(item.metres)
      item.label.className = item.metres > 2000 ? 'far' : item.metres > 500 ? 'mid' : ''
    }
    items.sort((one, other) => one.metres - other.metres)
    draw()
  }

  let asked = false
  function draw() {
    if (asked || !running || heading === null) return
    asked = true
    requestAnimationFrame(() => {
      asked = false
      if (running) place()
    })
  }

  function place() {
    const { labels, hint } = running
    const room = { width: labels.clientWidth, height: labels.clientHeight }
    const taken = []
    const rest = { left: 0, right: 0, behind: 0, hidden: 0 }
    for (const item of items) {
      item.turn = turnTo(item.bearing, heading)
      // What has the keyboard's focus stays where it can be seen.
      const ahead = Math.abs(item.turn) <= FIELD / 2 || item.label === document.activeElement
      item.row.hidden = !ahead || taken.length >= MOST
      const spot = item.row.hidden ? null : spotFor(item, room, taken)
      item.row.hidden = spot === null
      if (spot) {
        taken.push(spot)
        item.row.style.transform = `translate(${spot.left}px, ${spot.top}px)`
      } else rest[ahead ? 'hidden' : Math.abs(item.turn) > 120 ? 'behind' : item.turn < 0 ? 'left' : 'right'] += 1
    }
    const words = [`Looking ${sayWay(heading)}.`, taken.length === 0 && 'Nothing this way.', sayRest(rest)]
    hint.textContent = words.filter(Boolean).join(' ')
  }

  const clamp = (value, low, high) => Math.max(low, Math.min(high, value))

  function spotFor(item, room, taken) {
    const [width, height] = [item.row.offsetWidth, item.row.offsetHeight]
    const far = clamp(Math.log(item.metres / NEXT_DOOR) / Math.log(FURTHEST / NEXT_DOOR), 0, 1)
    const left = clamp((0.5 + item.turn / FIELD) * room.width - width / 2, GAP, room.width - width - GAP)
    for (let top = clamp((1 - far) * (room.height - height), 0, room.height - height); top >= 0;) {
      const over = taken.find((other) => isOver(other, { left, top, width, height }))
      if (!over) return { left, top, width, height }
      top = over.top - height - GAP
    }
    return null
  }

  const isOver = (one, other) =>
    one.left < other.left + other.width + GAP &&
    other.left < one.left + one.width + GAP &&
    one.top < other.top + other.height + GAP &&
    other.top < one.top + one.height + GAP

  /* Which way the phone points */
  function turned(event) {
    const found =
      typeof event.webkitCompassHeading === 'number' && event.webkitCompassHeading >= 0
        ? circle(event.webkitCompassHeading + screenAngle())
        : absolute(event)
    if (found === null) return
    // Smoothed over the circle, so that 359 and 1 are neighbours.
    heading = heading === null || calm.matches ? found : circle(heading + turnTo(found, heading) * 0.25)
    draw()
  }

  function absolute(event) {
    if (typeof event.alpha !== 'number' || !(event.absolute || event.type === 'deviceorientationabsolute')) return null
    return headingOf(event, screenAngle())
  }

  const SENSORS = ['deviceorientationabsolute', 'deviceorientation']

  /** Where the browser asks the person, it does so only on a tap. The argument asks for the compass too, where there is a choice. */
  async function mayTurn() {
    if (typeof DeviceOrientationEvent.requestPermission !== 'function') return true
    try {
      return (await DeviceOrientationEvent.requestPermission(true)) === 'granted'
    } catch {
      return false
    }
  }

  /* Start and stop */
  async function start() {
    startButton.setAttribute('aria-disabled', 'true')
    say('')
    heading = null
    try {
      if (!(await mayTurn())) return fail(NOT_TURNED)
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false })
      run(stream)
    } catch (problem) {
      fail(problem?.name === 'NotAllowedError' ? NOT_LET : NO_CAMERA)
    } finally {
      startButton.removeAttribute('aria-disabled')
    }
  }

  function run(stream) {
    running = { stream, ...buildStage(stream) }
    stream.getVideoTracks()[0]?.addEventListener('ended', () => fail(TAKEN))
    intro.hidden = true
    root.append(running.stage)
    running.stage.scrollIntoView()
    running.video.play().catch(() => {})
    for (const name of SENSORS) addEventListener(name, turned)
    running.timer = setTimeout(() => heading === null && fail(NO_SENSOR), SILENT_AFTER)
    running.watch = navigator.geolocation?.watchPosition(moved, () => {}, { enableHighAccuracy: true, maximumAge: 5000 })
    measure()
  }

  function moved({ coords }) {
    position = { lat: coords.latitude, lng: coords.longitude }
    if (running) measure()
  }

  function stop() {
    if (!running) return
    const { stage, stream, timer, watch } = running
    running = null
    for (const track of stream.getTracks()) track.stop()
    for (const name of SENSORS) removeEventListener(name, turned)
    clearTimeout(timer)
    if (watch !== undefined) navigator.geolocation.clearWatch(watch)
    stage.remove()
    intro.hidden = false
  }

  const say = (words) => {
    said.textContent = words
    said.hidden = words === ''
  }

  function fail(words) {
    const wasRunning = running !== null
    stop()
    say(words)
    if (wasRunning) said.scrollIntoView()
  }

  startButton.addEventListener('click', () => {
    if (startButton.getAttribute('aria-disabled') !== 'true') void start()
  })
  addEventListener('pagehide', stop)
  document.addEventListener('visibilitychange', () => document.hidden && stop())
  addEventListener('resize', draw)

  if (!navigator.mediaDevices?.getUserMedia) say(NO_CAMERA)
  else if (!('DeviceOrientationEvent' in globalThis)) say(NO_SENSOR)
  else intro.hidden = false
})()
