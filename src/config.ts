/**
 * All settings, from the environment. A wrong or missing one stops the start with one message that names them all.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const url = z.url({ protocol: /^https?$/, error: 'must be a web address, for example https://blue-lamp.example.police.uk' })
const port = z.coerce.number({ error: 'must be a number' }).int().min(0).max(65535)
const secret = z.string({ error: 'is missing: 32 random characters or more' }).min(32, 'must have 32 characters or more')
const email = z.email({ error: 'must be an email address' })

const shape = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test'], { error: 'must be production, development or test' }).default('development'),
  HOST: z.string().default('localhost'),
  PORT: port.default(3000),
  PUBLIC_URL: url.optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional(),
  DATA_DIR: z.string().default('.data'),
  UPLOADS_DIR: z.string().optional(),
  UPLOADS_S3_BUCKET: z.string().optional(),
  UPLOADS_S3_ENDPOINT: url.optional(),
  UPLOADS_S3_REGION: z.string().optional(),
  UPLOADS_S3_ACCESS_KEY: z.string().optional(),
  UPLOADS_S3_SECRET_KEY: z.string().optional(),
  FORCE_ID: z.string().default('lincolnshire'),
  FORCE_NAME: z.string().default('Lincolnshire Police'),
  FORCE_AREA_CODE: z.string().default('E23000020'),
  REPORT_ONLINE_URL: url.default('https://www.police.uk/ro/report/'),
  COMPLAINTS_URL: url.default('https://www.policeconduct.gov.uk/complaints/submit-a-complaint'),
  SECRET: secret.optional(),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'must begin with smtp:// or smtps://')
    .optional(),
  MAIL_FROM: email.optional(),
  MAIL_BOUNCES_TO: email.optional(),
  MAIL_REPORTS_TOKEN: z.string().min(16, 'must have 16 characters or more').optional(),
  MAIL_PER_MINUTE: z.coerce.number({ error: 'must be a number' }).int().positive().default(3000),
  PUSH_PUBLIC_KEY: z.string().optional(),
  PUSH_PRIVATE_KEY: z.string().optional(),
  PUSH_SERVICES: z.string().default('fcm.googleapis.com,*.push.services.mozilla.com,*.push.apple.com,*.notify.windows.com'),
  TILES_URL: z
    .string()
    .regex(/^https:\/\/.*\{z\}.*\{x\}.*\{y\}|^https:\/\/.*\{z\}.*\{y\}.*\{x\}/, 'must begin with https:// and hold {z}, {x} and {y}')
    .optional(),
  TILES_ATTRIBUTION: z.string().optional(),
  SECURITY_CONTACT: z.string().optional(),
  CONTACT_EMAIL: email.optional(),
  METRICS_TOKEN: z.string().min(16, 'must have 16 characters or more').optional(),
  TRUST_PROXY: z
    .union([z.stringbool().transform(Number), z.coerce.number().int().min(0).max(10)], { error: 'must be true, false or the number of proxies' })
    .default(0),
  REQUESTS_PER_MINUTE: z.coerce.number({ error: 'must be a number' }).int().positive().default(600),
  STAFFED_FROM: z.coerce.number().int().min(0).max(23).default(8),
  STAFFED_UNTIL: z.coerce.number().int().min(1).max(24).default(20),
  RETENTION_MONTHS: z.coerce.number({ error: 'must be a number of months' }).int().min(1, 'must be 1 or more').max(1200).default(12),
  STAFF_RETENTION_MONTHS: z.coerce.number({ error: 'must be a number of months' }).int().min(1, 'must be 1 or more').max(1200).default(84),
  PROCESS: z.enum(['web', 'all'], { error: 'must be web or all' }).default('all'),
  LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
})

/** An S3-compatible store for uploads. */
export interface Bucket {
  bucket: string
  endpoint: string
  region: string
  accessKey: string
  secretKey: string
}

export interface Config {
  production: boolean
  /** Invented people, readable mail, "look around as". Never in production. */
  demonstration: boolean
  host: string
  port: number
  /** Address that the outside world uses, without a slash at the end. Links in mail begin with it. */
  publicUrl: string
  /** Null: start the embedded Postgres in `dataDir`. */
  databaseUrl: string | null
  dataDir: string
  /** Where photos and documents lie: a folder, unless a bucket is given. */
  uploads: { folder: string; bucket: Bucket | null }
  force: { id: string; name: string; areaCode: string }
  /** Where people report a crime online, and where they complain about an officer. */
  ways: { report: string; complain: string }
  secret: string
  smtpUrl: string | null
  mailFrom: string
  /** Where mail servers send what they could not deliver; null: to `mailFrom`. */
  mailBouncesTo: string | null
  /** With it the force's mail system hands over what came back; null: that door is shut. */
  mailReportsToken: string | null
  /** How many mails to followers leave in a minute, at most. */
  mailPerMinute: number
  /** Keys by which push services know this site, where given (else the database keeps a pair), and the hosts of services that are spoken to. */
  push: { keys: { publicKey: string; privateKey: string } | null; services: readonly string[] }
  /** Background of maps, from outside. None by default: then nothing is fetched from anywhere. */
  tiles: { url: string; attribution: string } | null
  securityContact: string
  contactEmail: string
  metricsToken: string | null
  /** How many proxies stand in front: the addresses that they add are believed, and none that a visitor claims. */
  trustProxy: number
  requestsPerMinute: number
  /** Hours of the day in which the press office works, UK time. */
  staffed: { from: number; until: number }
  /** How long words that are no longer shown are kept after their case was closed. */
  retentionMonths: number
  staffRetentionMonths: number
  /** Serve pages only: `npm run worker` runs beside. */
  onlyWeb: boolean
  logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug'
}

export class BadConfig extends Error {}

const REQUIRED_IN_PRODUCTION = [
  'DATABASE_URL',
  'PUBLIC_URL',
  'SECRET',
  'SMTP_URL',
  'MAIL_FROM',
  'CONTACT_EMAIL',
  'SECURITY_CONTACT',
  'FORCE_ID',
  'FORCE_NAME',
  'FORCE_AREA_CODE',
] as const

const BUCKET = ['UPLOADS_S3_BUCKET', 'UPLOADS_S3_ENDPOINT', 'UPLOADS_S3_REGION', 'UPLOADS_S3_ACCESS_KEY', 'UPLOADS_S3_SECRET_KEY'] as const

/** The environment, and under it the file `.env` where there is one. */
export function environment(): Record<string, string | undefined> {
  if (existsSync('.env')) process.loadEnvFile('.env')
  return process.env
}

/** Reads the settings; throws `BadConfig` whose message lists everything that is missing or wrong. */
export function readConfig(env: Record<string, string | undefined>): Config {
  // An empty value in a compose file or .env means "not set".
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const production = given['NODE_ENV'] === 'production'
  const parsed = shape.safeParse(given)
  const problems = parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)
  problems.push(...bucketProblems(given))
  if ((given['PUSH_PUBLIC_KEY'] === undefined) !== (given['PUSH_PRIVATE_KEY'] === undefined))
    problems.push('PUSH_PUBLIC_KEY and PUSH_PRIVATE_KEY belong together: give both or none')
  if (given['TILES_URL'] !== undefined && given['TILES_ATTRIBUTION'] === undefined)
    problems.push('TILES_ATTRIBUTION is missing: whoever draws the map has to be named')
  // Else nobody would ever be at the desk, and every comment would wait.
  if (parsed.success && parsed.data.STAFFED_FROM >= parsed.data.STAFFED_UNTIL) problems.push('STAFFED_UNTIL must be later than STAFFED_FROM')
  if (production) {
    const missing = REQUIRED_IN_PRODUCTION.filter((name) => given[name] === undefined)
    problems.push(...missing.map((name) => `${name} is missing`))
    if (given['PUBLIC_URL']?.startsWith('http://')) problems.push('PUBLIC_URL must begin with https:// in production')
    if (given['DEMONSTRATION']) problems.push('DEMONSTRATION cannot be set in production')
  }
  if (problems.length > 0 || !parsed.success) {
    throw new BadConfig(
      `Blue Lamp cannot start with these settings:\n${problems.map((problem) => `  - ${problem}`).join('\n')}\n.env.example explains each; README.md, "Running it for real", says what else it takes.`,
    )
  }
  return assemble(parsed.data, production)
}

/** A bucket is given whole or not at all: half of it would put the photos into the folder unseen. */
function bucketProblems(given: Record<string, string | undefined>): string[] {
  const missing = BUCKET.filter((name) => given[name] === undefined)
  if (missing.length === BUCKET.length) return []
  return missing.map((name) => `${name} is missing: a bucket for uploads needs all of ${BUCKET.join(', ')}`)
}

function uploadsOf(env: z.infer<typeof shape>): Config['uploads'] {
  const [bucket, endpoint, region, accessKey, secretKey] = BUCKET.map((name) => env[name])
  const whole = bucket && endpoint && region && accessKey && secretKey ? { bucket, endpoint, region, accessKey, secretKey } : null
  return { folder: env.UPLOADS_DIR ?? join(env.DATA_DIR, 'uploads'), bucket: whole }
}

function pushOf(env: z.infer<typeof shape>): Config['push'] {
  const { PUSH_PUBLIC_KEY: publicKey, PUSH_PRIVATE_KEY: privateKey, PUSH_SERVICES } = env
  const keys = publicKey && privateKey ? { publicKey, privateKey } : null
  return { keys, services: PUSH_SERVICES.split(',').map((host) => host.trim().toLowerCase()) }
}

function assemble(env: z.infer<typeof shape>, production: boolean): Config {
  const publicUrl = (env.PUBLIC_URL ?? `http://localhost:${env.PORT}`).replace(/\/+$/, '')
  return {
    production,
    demonstration: !production && env.DATABASE_URL === undefined,
    host: env.HOST,
    port: env.PORT,
    publicUrl,
    databaseUrl: env.DATABASE_URL ?? null,
    dataDir: env.DATA_DIR,
    uploads: uploadsOf(env),
    force: { id: env.FORCE_ID, name: env.FORCE_NAME, areaCode: env.FORCE_AREA_CODE },
    ways: { report: env.REPORT_ONLINE_URL, complain: env.COMPLAINTS_URL },
    // Outside production nothing that the secret protects outlives the process.
    secret: env.SECRET ?? 'only-for-development-never-for-production',
    smtpUrl: env.SMTP_URL ?? null,
    mailFrom: env.MAIL_FROM ?? 'blue-lamp@localhost',
    mailBouncesTo: env.MAIL_BOUNCES_TO ?? null,
    mailReportsToken: env.MAIL_REPORTS_TOKEN ?? null,
    mailPerMinute: env.MAIL_PER_MINUTE,
    push: pushOf(env),
    tiles: env.TILES_URL ? { url: env.TILES_URL, attribution: env.TILES_ATTRIBUTION ?? '' } : null,
    securityContact: env.SECURITY_CONTACT ?? 'mailto:security@localhost',
    contactEmail: env.CONTACT_EMAIL ?? 'web.team@localhost',
    metricsToken: env.METRICS_TOKEN ?? null,
    trustProxy: env.TRUST_PROXY,
    requestsPerMinute: env.REQUESTS_PER_MINUTE,
    staffed: { from: env.STAFFED_FROM, until: env.STAFFED_UNTIL },
    retentionMonths: env.RETENTION_MONTHS,
    staffRetentionMonths: env.STAFF_RETENTION_MONTHS,
    onlyWeb: env.PROCESS === 'web',
    logLevel: env.LOG_LEVEL,
  }
}
