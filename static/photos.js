/*
  Photos of staff: looked at, blurred and described on the phone, then sent one after the other with their progress shown. What leaves the phone is
  the canvas, so that neither the original nor what the camera wrote beside it ever does.
    fieldset[data-photos]      its file field opens the tool for each photo; answered rows go into its [data-photo-list]
    button[data-blur="/photos/12"]   the same tool on a stored photo
    [data-photo-alt]           the fields that stand in for the tool, and go when it is here
*/
;(() => {
  if (!globalThis.desk) return
  const { button, drafts, find, make, newKey, problemOf, read, say, tell } = globalThis.desk
  const LONGEST = 1920
  const BLOCKS = 8

  /* The tool. Answers the photo as JPEG and what it shows, or null when it was closed. */
  async function look(file, title, describe) {
    const canvas = await paint(file)
    const tool = dialogOf(canvas, title, describe)
    const opener = document.activeElement
    document.body.append(tool.dialog)
    tool.dialog.showModal()
    tool.place()
    const answer = await tool.answer
    tool.dialog.remove()
    if (opener?.isConnected) opener.focus()
    if (!answer) return null
    return { alt: answer.alt, blob: await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.85)) }
  }

  /** Upright, no larger than a screen needs, on white where it was see-through. */
  async function paint(file) {
    const image = await createImageBitmap(file, { imageOrientation: 'from-image' })
    const scale = Math.min(1, LONGEST / Math.max(image.width, image.height))
    const canvas = make('canvas', { width: Math.max(1, Math.round(image.width * scale)), height: Math.max(1, Math.round(image.height * scale)) })
    const context = canvas.getContext('2d')
    context.fillStyle = '#fff'
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.imageSmoothingQuality = 'high'
    context.drawImage(image, 0, 0, canvas.width, canvas.height)
    image.close()
    return canvas
  }

  /** So few blocks that nobody can work out what was there; drawn large again with soft edges, into the picture itself. */
  function blur(canvas, { x, y, w, h }) {
    const scale = BLOCKS / Math.max(w, h)
    const few = make('canvas', { width: Math.max(1, Math.round(w * scale)), height: Math.max(1, Math.round(h * scale)) })
    const context = canvas.getContext('2d')
    const small = few.getContext('2d')
    small.imageSmoothingQuality = context.imageSmoothingQuality = 'high'
    small.drawImage(canvas, x, y, w, h, 0, 0, few.width, few.height)
    context.drawImage(few, 0, 0, few.width, few.height, x, y, w, h)
  }

  const HELP =
    'Tap a face or a number plate, or draw across it. By keyboard: the arrow keys move the frame, Shift with the arrow keys changes its size, Enter blurs what is in it.'
  const ALT_HINT =
    'For people who cannot see it. Say what is to be seen and why it matters: “Two officers check a car’s tyres outside the village hall.”'

  function dialogOf(canvas, title, describe) {
    let finish
    const answer = new Promise((resolve) => (finish = resolve))
    const status = make('p', { className: 'vh', role: 'status' })
    const frame = make('button', { type: 'button', className: 'frame', ariaLabel: 'Blur what is in the frame' })
    frame.setAttribute('aria-describedby', 'blur-help')
    const stage = make('div', { className: 'stage', role: 'application', ariaLabel: 'Photo' }, canvas, frame)
    const undo = button('Undo the last', () => areas.undo())
    const use = button('', () => check(), 'btn')
    const wrong = make('p', { className: 'error', id: 'blur-alt-error', hidden: true, textContent: 'Say what is to be seen' })
    const alt = make('textarea', { id: 'blur-alt', rows: 2, maxLength: 300 })
    alt.setAttribute('aria-describedby', 'blur-alt-hint blur-alt-error')
    const field = make(
      'div',
      { className: 'field' },
      make('label', { htmlFor: 'blur-alt', textContent: 'What is to be seen?' }),
      make('p', { className: 'hint', id: 'blur-alt-hint', textContent: ALT_HINT }),
      wrong,
      alt,
    )
    const dialog = make(
      'dialog',
      { className: 'blur' },
      make('h2', { id: 'blur-title', textContent: title }),
      make('p', { className: 'hint', id: 'blur-help', textContent: HELP }),
      stage,
      status,
      make('div', { className: 'actions' }, undo),
      ...(describe ? [field] : []),
      make(
        'div',
        { className: 'actions last' },
        use,
        button('Cancel', () => finish(null)),
      ),
    )
    dialog.setAttribute('aria-labelledby', 'blur-title')
    dialog.oncancel = () => finish(null)
    const changed = (count) => {
      undo.setAttribute('aria-disabled', String(count === 0))
      use.textContent = count === 0 ? 'There is nothing to blur' : 'Use this photo'
      canvas.ariaLabel = `The photo, ${count} area${count === 1 ? '' : 's'} blurred`
    }
    canvas.role = 'img'
    const areas = areasOf(canvas, changed, (text) => (status.textContent = text))
    const place = framing(
      canvas,
      stage,
      frame,
      (area) => areas.add(area),
      (text) => (status.textContent = text),
    )
    function check() {
      const missing = describe && !alt.value.trim()
      wrong.hidden = !missing
      alt.ariaInvalid = String(missing)
      if (missing) alt.focus()
      else finish({ alt: alt.value.trim() })
    }
    changed(0)
    return { dialog, answer, place }
  }

  /** The blurred areas, each of which can be taken back as long as the tool is open. */
  function areasOf(canvas, changed, tell) {
    const context = canvas.getContext('2d')
    const before = []
    return {
      add({ x, y, w, h }) {
        before.push({ x, y, pixels: context.getImageData(x, y, w, h) })
        blur(canvas, { x, y, w, h })
        changed(before.length)
        tell(`Blurred. ${before.length} in all.`)
      },
      undo() {
        const last = before.pop()
        if (!last) return
        context.putImageData(last.pixels, last.x, last.y)
        changed(before.length)
        tell(`Taken back. ${before.length} left.`)
      },
    }
  }

  /** One frame for finger and keyboard. Lengths are pixels of the picture. Answers how to put the frame where it belongs. */
  function framing(canvas, stage, frame, add, tell) {
    const { width, height } = canvas
    const usual = Math.max(16, Math.round(Math.max(width, height) * 0.12))
    let area = within({ x: (width - usual) / 2, y: (height - usual) / 2, w: usual, h: usual })
    let from = null
    let saying
    function within({ x, y, w, h }) {
      const size = { w: Math.round(Math.min(Math.max(w, 8, width / 100), width)), h: Math.round(Math.min(Math.max(h, 8, height / 100), height)) }
      return { x: Math.round(Math.min(Math.max(x, 0), width - size.w)), y: Math.round(Math.min(Math.max(y, 0), height - size.h)), ...size }
    }
    function place() {
      Object.assign(frame.style, {
        left: `${(area.x / width) * 100}%`,
        top: `${(area.y / height) * 100}%`,
        width: `${(area.w / width) * 100}%`,
        height: `${(area.h / height) * 100}%`,
      })
    }
    const percent = (part, whole) => Math.round((part / whole) * 100)
    function move(next) {
      area = within(next)
      place()
      clearTimeout(saying)
      saying = setTimeout(
        () =>
          tell(
            `${percent(area.x, width)}% from the left, ${percent(area.y, height)}% from the top, ${percent(area.w, width)}% wide, ${percent(area.h, height)}% high`,
          ),
        500,
      )
    }
    const at = ({ clientX, clientY }) => {
      const box = canvas.getBoundingClientRect()
      return {
        x: Math.min(Math.max(((clientX - box.left) / box.width) * width, 0), width),
        y: Math.min(Math.max(((clientY - box.top) / box.height) * height, 0), height),
        clientX,
        clientY,
      }
    }
    canvas.onpointerdown = (event) => {
      event.preventDefault()
      canvas.setPointerCapture(event.pointerId)
      from = at(event)
    }
    canvas.onpointermove = (event) => {
      if (!from) return
      const to = at(event)
      const drawn = { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), w: Math.abs(to.x - from.x), h: Math.abs(to.y - from.y) }
      area = within(drawn)
      place()
    }
    canvas.onpointerup = (event) => {
      if (!from) return
      const to = at(event)
      const tap = Math.hypot(to.clientX - from.clientX, to.clientY - from.clientY) < 8
      if (tap) area = within({ x: to.x - usual / 2, y: to.y - usual / 2, w: usual, h: usual })
      from = null
      place()
      add(area)
    }
    canvas.onpointercancel = () => (from = null)
    const step = Math.max(1, Math.round(Math.max(width, height) / 50))
    const WAYS = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }
    frame.onkeydown = (event) => {
      const way = WAYS[event.key]
      if (!way) return
      event.preventDefault()
      const [right, down] = way
      move(event.shiftKey ? { ...area, w: area.w + right, h: area.h + down } : { ...area, x: area.x + right, y: area.y + down })
    }
    frame.onclick = () => add(area)
    return place
  }

  /* Sending. Answers what came back; rejects when nothing did. */
  function send(address, fields, onProgress) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      const body = new FormData()
      for (const [name, ...value] of fields) body.append(name, ...value)
      request.upload.onprogress = ({ loaded, total }) => onProgress((loaded / total) * 100)
      request.onload = () => {
        globalThis.desk.raise(request.getResponseHeader('draft-version'))
        resolve({ status: request.status, page: read(request.responseText), to: request.responseURL })
      }
      request.onerror = request.ontimeout = () => reject(new Error('no answer'))
      request.timeout = 180_000
      request.open('POST', address)
      request.setRequestHeader('hx-request', 'true')
      request.setRequestHeader('hx-request-type', 'partial')
      request.send(body)
    })
  }

  // One photo after the other: a weak signal carries one of them sooner than four.
  const sending = new WeakMap()
  const chain = (form, work) => {
    const next = (sending.get(form) ?? Promise.resolve()).then(work)
    sending.set(form, next)
    return next
  }
  globalThis.desk.photosOf = (form) => sending.get(form)

  function addRow(form, list, name, photo) {
    const progress = make('progress', { max: 100, value: 0, ariaLabel: `Sending ${name}` })
    const note = make('p', {})
    const row = make('li', { className: 'photo unsent' }, make('div', {}, make('p', {}, make('b', { textContent: name })), progress, note))
    row.dataset.unsent = ''
    list.append(row)
    const fail = (why) => {
      progress.hidden = true
      note.className = 'error'
      const again = button('Try again', () => chain(form, start))
      const leave = button('Leave it out', () => (row.remove(), find('input[type=file]', form)?.focus()))
      note.replaceChildren(why, make('span', { className: 'actions' }, again, leave))
      say(`${name}: ${why}`)
    }
    const start = async () => {
      if (!row.isConnected) return
      note.replaceChildren()
      progress.hidden = false
      progress.value = 0
      const fields = [
        ['photo', photo.blob, 'photo.jpg'],
        ['photo-alt', photo.alt],
        ['photo-looked', 'yes'],
        ['photo-key', photo.key],
      ]
      let answer
      try {
        answer = await send(`/officers/drafts/${await drafts.draftOf(form)}/photos`, fields, (part) => (progress.value = part))
      } catch {
        return fail('Not sent: no signal.')
      }
      const fresh = answer.status < 300 && rowIn(answer.page)
      if (!fresh)
        return fail(
          answer.status === 413 ? 'This photo is too large.' : answer.status < 500 ? problemOf(answer) : 'There is a problem with the service.',
        )
      arrived(row, fresh)
      say(`${name} is added.`)
    }
    return chain(form, start)
  }
  const rowIn = (page) => find('[data-photo-list] > li:last-child', page) ?? find('li.photo', page) ?? find('body > li', page)
  function arrived(old, fresh) {
    const row = document.adoptNode(fresh)
    old.replaceWith(row)
    globalThis.htmx?.process(row)
    arrive()
  }

  async function choose(input) {
    const files = [...input.files]
    const { form } = input
    const list = find('[data-photo-list]', input.closest('[data-photos]'))
    input.value = ''
    clearProblem(input)
    for (const [at, file] of files.entries()) {
      const count = files.length > 1 ? ` (${at + 1} of ${files.length})` : ''
      const seen = await look(file, `Blur faces and number plates${count}`, true).catch(() =>
        problem(input, `“${file.name}” cannot be opened here. Choose a photo in the format JPEG, PNG or WebP.`),
      )
      if (seen) void addRow(form, list, file.name, { ...seen, key: newKey() })
    }
  }
  const clearProblem = (input) => find('.photo-problem', input.parentElement)?.remove()
  function problem(input, text) {
    clearProblem(input)
    input.before(make('p', { className: 'error photo-problem', role: 'alert', textContent: text }))
  }

  /** In the composer the answered row takes the place of the old one; elsewhere the picture alone is fetched anew. */
  function showBlurred(opener, page) {
    const old = opener.closest('li, figure')
    const fresh = old.closest('[data-photo-list]') && (page.getElementById(old.id) ?? rowIn(page))
    if (fresh) arrived(old, fresh)
    const image = find('img', fresh || old)
    image.removeAttribute('srcset')
    // The browser may keep the picture as it was.
    image.src = `${new URL(image.src).pathname}?blurred=${Date.now()}`
    if (fresh) return
    find('.warning', old)?.remove()
  }
  async function blurStored(opener) {
    const address = opener.dataset.blur
    try {
      const answer = await fetch(`${address}/large`, { cache: 'reload', credentials: 'same-origin' })
      if (!answer.ok) throw new Error(String(answer.status))
      const seen = await look(await answer.blob(), 'Blur faces and number plates', false)
      if (!seen) return
      say('Sending the photo.')
      const sent = await send(
        `${address}/blurred`,
        [
          ['photo', seen.blob, 'photo.jpg'],
          ['photo-looked', 'yes'],
        ],
        () => {},
      )
      if (sent.status >= 300) return tell('trouble', problemOf(sent))
      showBlurred(opener, sent.page)
      say('The photo is blurred.')
    } catch {
      tell('trouble', 'We could not reach the service. The photo is as it was. Try again.')
    }
  }

  document.addEventListener('change', ({ target }) => {
    if (target.type === 'file' && target.closest('[data-photos]') && target.form?.dataset.autosave !== undefined) void choose(target)
  })
  document.addEventListener('click', ({ target }) => {
    const opener = target.closest?.('[data-blur]')
    if (opener) void blurStored(opener)
  })
  function arrive() {
    for (const element of document.querySelectorAll('[data-photo-alt]')) element.hidden = true
    for (const element of document.querySelectorAll('[data-blur]')) element.hidden = false
  }
  addEventListener('blue-lamp:desk', arrive)
  arrive()
})()
