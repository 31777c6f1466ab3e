/*
  A pin on a map, for those who ask for it. The library is fetched on that tap and not before. The point is rounded to a grid of some hundred metres here,
  before anything is sent. Beside it stand a list of places and a postcode, which need no map.
    <form data-leaflet data-sheet> <div data-pin="/teams/x/area.geojson"> <input type="hidden"> <p role="status"></p> <button hidden>Choose</button> <button hidden>Take away</button> </div>
*/
;(() => {
  const DECIMALS = 3
  const HALF = 0.0005
  const loaded = new Map()

  const fetched = (element) =>
    new Promise((resolve, reject) => {
      element.onload = resolve
      element.onerror = () => reject(new Error('not loaded'))
      document.head.append(element)
    })
  const once = (address, make) => {
    if (!loaded.has(address))
      loaded.set(
        address,
        fetched(make()).catch((problem) => (loaded.delete(address), Promise.reject(problem))),
      )
    return loaded.get(address)
  }
  const script = (src) => once(src, () => Object.assign(document.createElement('script'), { src }))
  const sheet = (href) => once(href, () => Object.assign(document.createElement('link'), { rel: 'stylesheet', href }))

  async function boundary(address) {
    const answer = await fetch(address)
    return answer.ok ? answer.json() : { type: 'FeatureCollection', features: [] }
  }

  function groundIn(field) {
    const ground = document.createElement('div')
    ground.className = 'map pinning'
    ground.tabIndex = 0
    ground.setAttribute('role', 'application')
    ground.setAttribute('aria-label', 'Map. Move it with the arrow keys, zoom with plus and minus. Enter puts the pin into the middle.')
    field.append(ground)
    return ground
  }

  function draw(field, shapes) {
    const [input, status, choose, away] = ['input', '[role=status]', 'button.btn', 'button.linklike'].map((part) => field.querySelector(part))
    const ground = groundIn(field)
    const map = L.map(ground, {
      attributionControl: Boolean(field.dataset.attribution),
      fadeAnimation: false,
      zoomAnimation: false,
      markerZoomAnimation: false,
    })
    map.attributionControl?.setPrefix(false)
    if (field.dataset.tiles) L.tileLayer(field.dataset.tiles, { attribution: field.dataset.attribution, maxZoom: 19 }).addTo(map)
    const own = shapes.features.filter(({ properties }) => properties.own)
    const layer = L.geoJSON({ type: 'FeatureCollection', features: own }, { interactive: false, style: { className: 'own' } }).addTo(map)
    if (own.length > 0) map.fitBounds(layer.getBounds(), { padding: [20, 20] })
    else map.setView([53.2, -0.4], 9)
    let square = null
    const show = () => {
      square?.remove()
      square = null
      away.hidden = input.value === ''
      if (input.value === '') return
      const [lat, lng] = input.value.split(',').map(Number)
      square = L.rectangle(
        [
          [lat - HALF, lng - HALF],
          [lat + HALF, lng + HALF],
        ],
        { className: 'pin', interactive: false },
      ).addTo(map)
    }
    const put = ({ lat, lng }) => {
      input.value = [lat, lng].map((degrees) => degrees.toFixed(DECIMALS)).join(',')
      status.textContent = `Chosen on the map: about ${input.value}.`
      show()
    }
    map.on('click', ({ latlng }) => put(latlng))
    ground.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.target !== ground) return
      event.preventDefault()
      put(map.getCenter())
    })
    away.addEventListener('click', () => {
      input.value = ''
      status.textContent = 'The pin is taken away.'
      show()
      ground.focus()
    })
    choose.remove()
    show()
    ground.focus()
  }

  async function start(field, choose) {
    if (choose.getAttribute('aria-disabled') === 'true') return
    choose.setAttribute('aria-disabled', 'true')
    const form = field.closest('[data-leaflet]')
    try {
      const [shapes] = await Promise.all([boundary(field.dataset.pin), script(form.dataset.leaflet), sheet(form.dataset.sheet)])
      draw(field, shapes)
    } catch {
      choose.removeAttribute('aria-disabled')
      choose.textContent = 'The map did not load. Try again'
    }
  }

  for (const field of document.querySelectorAll('[data-leaflet] [data-pin]')) {
    const choose = field.querySelector('button.btn')
    choose.hidden = false
    choose.addEventListener('click', () => void start(field, choose))
  }
})()
