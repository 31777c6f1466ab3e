/*
  A map that moves, in place of the drawing, for those who ask for it. The library and its sheet are fetched on that tap and not before; tiles only where the
  force has set an address for them. The list of places on the same page says the same without a map.
*/
;(() => {
  const figure = document.querySelector('[data-map]')
  const button = document.querySelector('[data-show-map]')
  if (!figure || !button) return
  button.hidden = false

  const fetched = (element) =>
    new Promise((resolve, reject) => {
      element.onload = resolve
      element.onerror = () => reject(new Error('not loaded'))
      document.head.append(element)
    })
  const script = (src) => fetched(Object.assign(document.createElement('script'), { src }))
  const sheet = (href) => fetched(Object.assign(document.createElement('link'), { rel: 'stylesheet', href }))

  async function boundary() {
    const answer = await fetch(figure.dataset.map)
    if (!answer.ok) throw new Error('no boundary')
    return answer.json()
  }

  function draw(shapes) {
    const ground = document.createElement('div')
    ground.className = 'map'
    ground.tabIndex = 0
    ground.setAttribute('role', 'region')
    ground.setAttribute('aria-label', 'Map. Move it with the arrow keys, zoom with plus and minus.')
    const map = L.map(ground, {
      attributionControl: Boolean(figure.dataset.attribution),
      fadeAnimation: false,
      zoomAnimation: false,
      markerZoomAnimation: false,
    })
    map.attributionControl?.setPrefix(false)
    if (figure.dataset.tiles) L.tileLayer(figure.dataset.tiles, { attribution: figure.dataset.attribution, maxZoom: 19 }).addTo(map)
    const styleOf = ({ properties }) => ({ className: properties.own ? 'own' : 'next' })
    // As text: the library would take a string for HTML.
    const named = ({ properties }, layer) =>
      layer.bindTooltip(Object.assign(document.createElement('span'), { textContent: properties.name }), { sticky: true })
    const layer = L.geoJSON(shapes, { style: styleOf, onEachFeature: named }).addTo(map)
    figure.querySelector('svg').replaceWith(ground)
    map.invalidateSize()
    const own = shapes.features.find(({ properties }) => properties.own)
    map.fitBounds((own ? L.geoJSON(own) : layer).getBounds(), { padding: [20, 20] })
    ground.focus()
  }

  async function show() {
    if (button.getAttribute('aria-disabled') === 'true') return
    button.setAttribute('aria-disabled', 'true')
    try {
      const [shapes] = await Promise.all([boundary(), script(figure.dataset.leaflet), sheet(figure.dataset.sheet)])
      draw(shapes)
      button.remove()
    } catch {
      button.removeAttribute('aria-disabled')
      button.textContent = 'The map did not load. Try again'
    }
  }
  button.addEventListener('click', () => void show())
})()
