/**
 * What every page knows besides its own data: the frame around it (views/layouts, views/shell). The server fills it for each answer
 * as `it.shell`; views may read it, and partials of the frame take nothing else.
 */
export interface Shell {
  /** Of this page alone, without the name of the force. */
  title: string
  /** A form was refused: "Error: " goes before the title. */
  failed: boolean
  description: string | null
  noindex: boolean
  /** Of the page, by media type; none for a page that has no feed. */
  feeds: readonly { type: string; address: string }[]
  /** Scripts and sheets of this page alone, by their plain names. */
  files: readonly string[]
  forceName: string
  /** Where people report a crime online, and where they complain about an officer. */
  ways: { report: string; complain: string }
  /** Nobody is at the press office now: when somebody will be, as in "after 8am tomorrow". Null while it is staffed. */
  away: string | null
  demonstration: boolean
  /** "Look around as", in the demonstration only. `current` is whoever looks around now. */
  personas: readonly Persona[]
  /** Modes of the press office that hold where this page belongs, the gravest first. */
  banners: readonly ShownBanner[]
  viewer: Viewer | null
  /** Without the query. */
  path: string
  /** Address of the whole site, without a slash at the end. */
  publicUrl: string
  requestId: string
  /** A message that is shown once, after a form did its work. */
  notice: string | null
  /** The address of a file by its plain name; throws for a name that does not exist. */
  asset(name: string): string
}

export interface ShownBanner {
  id: number
  grave: boolean
  title: string
  text: string
  /** Where readers find more. */
  link: string | null
}

export interface Persona {
  key: string
  label: string
  current?: boolean
}

export interface Viewer {
  /** Their account, so that what a browser keeps for one person is never sent for another. */
  key: number
  name: string
  /** How much they were told in place and have not read. */
  unread: number
  staff: boolean
  officer: boolean
  supervisor: boolean
  pressOffice: boolean
  administrator: boolean
  /** Works for the force. */
  colleague: boolean
  /** Has something to read in the staff network. */
  network: boolean
  /** They are here under a pseudonym: nothing of this page asks, by itself and as the person, for what is new. */
  persona: boolean
}

/** What the partials of the frame take, besides the data of the page that includes them. */
export interface ShellPartials {
  'shell/error-summary': {
    /** Said when no field is to blame; with fields, their messages are listed instead. */
    message?: string | null | undefined
    /** Field name (also the id of its input) → message. */
    fields?: Readonly<Record<string, string>> | null | undefined
  }
  'shell/field-error': { name: string; message?: string | null | undefined }
  'shell/pager': { newer: PageLink | null; older: PageLink | null }
}

export interface PageLink {
  href: string
  /** "Newer posts", "Older comments": says what lies there. */
  label: string
}
