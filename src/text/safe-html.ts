/** HTML that our own renderer or sanitiser made, so that a template may print it as it is. Everything else is escaped. */
export class SafeHtml {
  readonly html: string

  constructor(html: string) {
    this.html = html
  }

  toString(): string {
    return this.html
  }
}

export const trusted = (html: string): SafeHtml => new SafeHtml(html)

/** Words as they stand, for a place where HTML is expected. */
export const escapeHtml = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
