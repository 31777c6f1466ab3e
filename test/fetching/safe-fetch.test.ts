/** Fetching from whoever means us ill: a server that answers in every wrong way, and names that lead elsewhere when they are asked again. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { gzipSync, brotliCompressSync, deflateSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { isInside } from '../../src/fetching/address.ts'
import { NotFetched, safeFetch, type Guard, type Wanted } from '../../src/fetching/safe-fetch.ts'

/** In these tests one address of this machine counts as somewhere outside; all others are inside. */
const OUTSIDE = '127.0.0.77'
const KIB = 1024
const PAGE: Wanted = { types: ['text/html'], limit: { bytes: 256 * KIB, beyond: 'cut' } }
const PICTURE: Wanted = { types: ['image/png'], limit: { bytes: 512 * KIB, beyond: 'refuse' } }

type Answer = (request: IncomingMessage, response: ServerResponse) => void

let outside: Server
let inside: Server
let port: number
let insidePort: number
let guard: Guard
let answer: Answer = () => {}
/** What came to the machine inside: must stay empty. */
let reached: string[] = []
let asked: IncomingMessage[] = []
let names: Record<string, () => string[]> = {}
const resolved: string[] = []

beforeAll(async () => {
  outside = createServer((request, response) => {
    asked.push(request)
    answer(request, response)
  })
  inside = createServer((request, response) => {
    reached.push(`${request.headers.host}${request.url}`)
    response.setHeader('content-type', 'text/html').end('<title>secret</title>')
  })
  inside.on('connection', () => reached.push('a connection'))
  port = await listening(outside, OUTSIDE)
  insidePort = await listening(inside, '127.0.0.1')
  guard = {
    resolve: async (host) => {
      resolved.push(host)
      const found = names[host]
      if (!found) throw new Error('ENOTFOUND')
      return found()
    },
    refuses: (address) => address !== OUTSIDE && isInside(address),
    ports: [port, insidePort, 80, 443],
    patience: { first: 300, all: 900 },
  }
})
beforeEach(() => {
  reached = []
  asked = []
  resolved.length = 0
  names = { 'www.news.test': () => [OUTSIDE] }
})
afterAll(() => {
  for (const server of [outside, inside]) {
    server.closeAllConnections()
    server.close()
  }
})

const listening = (server: Server, host: string): Promise<number> =>
  new Promise((resolve) => server.listen(0, host, () => resolve((server.address() as AddressInfo).port)))

const page = (path = '/', wanted = PAGE, more: Partial<Guard> = {}) => safeFetch(`http://www.news.test:${port}${path}`, wanted, { ...guard, ...more })
const html = (response: ServerResponse, body: string | Buffer, headers: Record<string, string> = {}) =>
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(body)

/** Refused, in time, for this reason; and nobody inside was asked anything. */
async function expectRefused(fetching: Promise<unknown>, because: RegExp): Promise<NotFetched> {
  const began = Date.now()
  const problem = await fetching.then(
    () => new Error('it was fetched'),
    (error: unknown) => error,
  )
  expect(problem).toBeInstanceOf(NotFetched)
  expect((problem as Error).message).toMatch(because)
  expect(Date.now() - began).toBeLessThan(2000)
  expect(reached).toEqual([])
  return problem as NotFetched
}

describe('what is well behaved', () => {
  test('is fetched with its type and charset, and told nothing of us but a plain name', async () => {
    answer = (_request, response) => html(response, '<title>News</title>', { 'set-cookie': 'a=b' })
    const { bytes, type, charset, url } = await page('/story?id=1')
    expect([bytes.toString(), type, charset, url.pathname]).toEqual(['<title>News</title>', 'text/html', 'utf-8', '/story'])
    const { headers } = asked[0] ?? {}
    expect(Object.keys(headers ?? {}).toSorted()).toEqual(['accept', 'accept-encoding', 'accept-language', 'connection', 'host', 'user-agent'])
    expect(headers?.host).toBe(`www.news.test:${port}`)
  })

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('is unpacked: %s', async (encoding, pack) => {
    answer = (_request, response) => html(response, pack('<title>Packed</title>'), { 'content-encoding': encoding })
    expect((await page()).bytes.toString()).toBe('<title>Packed</title>')
  })

  test('is followed through three redirects, without the cookies of any', async () => {
    answer = (request, response) => {
      const step = Number(request.url?.slice(1))
      if (step === 3) return html(response, 'there')
      response.writeHead(302, { location: `/${step + 1}`, 'set-cookie': `step=${step}` }).end()
    }
    expect((await page('/0')).bytes.toString()).toBe('there')
    expect(asked).toHaveLength(4)
    expect(asked.some(({ headers }) => headers.cookie !== undefined || headers['referer'] !== undefined)).toBe(false)
  })
})

describe('inside is never reached', () => {
  const aims = (): string[] => [
    `http://127.0.0.1:${insidePort}/`,
    `http://localhost:${insidePort}/`,
    `http://2130706433:${insidePort}/`,
    `http://0x7f000001:${insidePort}/`,
    `http://[::ffff:127.0.0.1]:${insidePort}/`,
    `http://[::ffff:7f00:1]:${insidePort}/`,
    `http://[::1]:${insidePort}/`,
    `http://[::]:${insidePort}/`,
    `http://0.0.0.0:${insidePort}/`,
    `http://0:${insidePort}/`,
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00:ec2::254]/latest/meta-data/',
    'http://metadata.google.internal/',
    'http://100.100.100.200/',
    'http://10.0.0.1/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    `http://inside.news.test:${insidePort}/`,
    `http://both.news.test:${insidePort}/`,
    `http://mapped.news.test:${insidePort}/`,
    `http://intranet:${insidePort}/`,
  ]

  beforeEach(() => {
    names['inside.news.test'] = () => ['127.0.0.1']
    names['both.news.test'] = () => [OUTSIDE, '127.0.0.1']
    names['mapped.news.test'] = () => ['::ffff:127.0.0.1']
    names['metadata.google.internal'] = () => ['169.254.169.254']
  })

  test('by an address or a name', async () => {
    for (const aim of aims()) await expectRefused(safeFetch(aim, PAGE, guard), /not on the public internet/)
  })

  test('by a redirect, at the first or a later hop', async () => {
    for (const aim of aims())
      for (const later of [false, true]) {
        answer = (request, response) => response.writeHead(301, { location: later && request.url === '/' ? '/on' : aim }).end('moved')
        await expectRefused(page(), /not on the public internet/)
      }
  })

  test('by a name that stands for somewhere public first and for this machine when asked again', async () => {
    let times = 0
    names['turns.news.test'] = () => (times++ === 0 ? [OUTSIDE] : ['127.0.0.1'])
    answer = (_request, response) => html(response, 'public')
    const { bytes } = await safeFetch(`http://turns.news.test:${port}/`, PAGE, guard)
    expect(bytes.toString()).toBe('public')
    expect(times).toBe(1)
    await expectRefused(safeFetch(`http://turns.news.test:${insidePort}/`, PAGE, guard), /not on the public internet/)
  })

  test('nor by such a name on the way of a redirect', async () => {
    let times = 0
    names['turns.news.test'] = () => (times++ === 0 ? [OUTSIDE] : ['127.0.0.1'])
    answer = (_request, response) => response.writeHead(302, { location: `http://turns.news.test:${insidePort}/` }).end()
    await expectRefused(safeFetch(`http://turns.news.test:${port}/`, PAGE, guard), /not on the public internet/)
  })

  test('and a line that ends inside all the same is cut before a word is sent', async () => {
    let looked = 0
    const astray = { ...guard, resolve: async () => ['127.0.0.1'], refuses: () => looked++ > 0 }
    const problem = await safeFetch(`http://www.news.test:${insidePort}/`, PAGE, astray).catch((error: unknown) => error)
    expect(problem).toBeInstanceOf(NotFetched)
    expect(reached.filter((one) => one !== 'a connection')).toEqual([])
  })
})

describe('redirects', () => {
  const sends = (location: string): void => {
    answer = (_request, response) => response.writeHead(302, { location }).end()
  }

  test('that go round are given up after three', async () => {
    sends('/')
    await expectRefused(page(), /too often/)
    expect(asked).toHaveLength(4)
  })

  test('to another kind of address, port or with a password are refused', async () => {
    for (const location of [
      'file:///etc/passwd',
      'ftp://www.news.test/',
      'javascript:1',
      'http://a:b@www.news.test/',
      'http://www.news.test:25/',
      'http://',
      '//',
    ])
      await expectRefused(
        Promise.resolve().then(() => (sends(location), page())),
        /not the address|password|port of its own/,
      )
  })

  test('without a target are an error like any other', async () => {
    answer = (_request, response) => response.writeHead(302).end()
    await expectRefused(page(), /error \(302\)/)
  })
})

describe('a server that means ill', () => {
  test('never answers', async () => {
    answer = () => {}
    expect((await expectRefused(page(), /in time/)).passing).toBe(true)
  })

  test('sends its head word by word', async () => {
    const slow = net.createServer((socket) => {
      socket.on('error', () => {})
      socket.write('HTTP/1.1 200 OK\r\n')
      const drip = setInterval(() => socket.write('x-a: b\r\n'), 50)
      socket.on('close', () => clearInterval(drip))
    })
    const slowPort = await listening(slow as unknown as Server, OUTSIDE)
    await expectRefused(safeFetch(`http://www.news.test:${slowPort}/`, PAGE, { ...guard, ports: [slowPort] }), /in time/)
    slow.close()
  })

  test('sends its body letter by letter', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' })
      const drip = setInterval(() => response.write('a'), 20)
      response.on('close', () => clearInterval(drip))
    }
    await expectRefused(page(), /in time/)
  })

  test('sends a body without end: a page is cut, a picture refused', async () => {
    const endless =
      (type: string): Answer =>
      (_request, response) => {
        response.writeHead(200, { 'content-type': type })
        const pour = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(64 * KIB, 'a')));
        }
        response.on('drain', pour)
        pour()
      }
    answer = endless('text/html')
    expect((await page()).bytes).toHaveLength(256 * KIB)
    answer = endless('image/png')
    await expectRefused(page('/', PICTURE), /larger/)
  })

  test('sends a page of 10 MiB: its beginning is enough', async () => {
    answer = (_request, response) => html(response, Buffer.alloc(10 * KIB * KIB, 'a'))
    expect((await page()).bytes).toHaveLength(256 * KIB)
  })

  test('says beforehand that a picture is too large', async () => {
    answer = (_request, response) => response.writeHead(200, { 'content-type': 'image/png', 'content-length': String(50 * KIB * KIB) }).write('x')
    await expectRefused(page('/', PICTURE), /larger/)
  })

  test('floods with headers', async () => {
    const flood = net.createServer((socket) => {
      socket.on('error', () => {})
      socket.write(`HTTP/1.1 200 OK\r\n${'x-flood: yes yes yes yes yes\r\n'.repeat(20_000)}\r\n`)
    })
    const floodPort = await listening(flood as unknown as Server, OUTSIDE)
    await expectRefused(safeFetch(`http://www.news.test:${floodPort}/`, PAGE, { ...guard, ports: [floodPort] }), /cannot read/)
    flood.close()
  })

  test('floods with answers that are none yet', async () => {
    const flood = net.createServer((socket) => {
      socket.on('error', () => {})
      const drip = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(100)), 10)
      socket.on('close', () => clearInterval(drip))
    })
    const floodPort = await listening(flood as unknown as Server, OUTSIDE)
    await expectRefused(safeFetch(`http://www.news.test:${floodPort}/`, PAGE, { ...guard, ports: [floodPort] }), /in time/)
    flood.close()
  })

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ] as const)('sends a bomb (%s): a page is cut, a picture refused, and little memory is used', async (encoding, pack) => {
    const bomb = pack(Buffer.alloc(40 * KIB * KIB, 'a'))
    const before = process.memoryUsage().arrayBuffers
    answer = (_request, response) => html(response, bomb, { 'content-encoding': encoding })
    expect((await page()).bytes).toHaveLength(256 * KIB)
    answer = (_request, response) => response.writeHead(200, { 'content-type': 'image/png', 'content-encoding': encoding }).end(bomb)
    await expectRefused(page('/', PICTURE), /larger/)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * KIB * KIB)
  })

  test('packs in a way that nobody asked for, twice, or not at all', async () => {
    for (const encoding of ['zstd', 'gzip, gzip', 'compress', 'gzip']) {
      answer = (_request, response) => html(response, 'not packed', { 'content-encoding': encoding })
      await expectRefused(page(), /packed/)
    }
  })

  test('promises more than it sends', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': '1000' })
      response.write('short')
      setTimeout(() => response.destroy(), 20)
    }
    await expectRefused(page('/', PICTURE), /not to the end/)
  })

  test('speaks something else, or two lengths at once', async () => {
    for (const words of [
      'SSH-2.0-OpenSSH_9.9\r\n',
      'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\na',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    ]) {
      const odd = net.createServer((socket) => {
        socket.on('error', () => {})
        socket.write(words)
      })
      const oddPort = await listening(odd as unknown as Server, OUTSIDE)
      await expectRefused(safeFetch(`http://www.news.test:${oddPort}/`, PAGE, { ...guard, ports: [oddPort] }), /cannot read|did not answer/)
      odd.close()
    }
  })

  test('sends another type, or an error', async () => {
    for (const [status, type, because] of [
      [200, 'application/pdf', /something else/],
      [200, '', /something else/],
      [200, 'text/htmlx', /something else/],
      [404, 'text/html', /no such page/],
      [403, 'text/html', /not open/],
      [500, 'text/html', /error \(500\)/],
      [204, 'text/html', /error \(204\)/],
    ] as const) {
      answer = (_request, response) => response.writeHead(status, type ? { 'content-type': type } : {}).end(status === 204 ? undefined : 'x')
      expect((await expectRefused(page(), because)).passing).toBe(status === 500)
    }
  })

  test('is not there, or has no name', async () => {
    await expectRefused(safeFetch('http://nowhere.news.test/', PAGE, guard), /no website of this name/)
    const closed = await listening(createServer(), OUTSIDE).then((free) => free + 1)
    await expectRefused(safeFetch(`http://www.news.test:${closed}/`, PAGE, { ...guard, ports: [closed] }), /did not answer/)
  })

  test('has a name server that never answers', async () => {
    await expectRefused(page('/', PAGE, { resolve: () => new Promise(() => {}) }), /in time/)
  })
})
