/**
 * Formatting that cannot carry script: Markdown with HTML switched off, rendered once, when the text is written.
 */
import MarkdownIt from 'markdown-it'

const posts = new MarkdownIt('default', { html: false, linkify: true, breaks: true, typographer: false }).disable(['image', 'table', 'strikethrough'])
const comments = new MarkdownIt('zero', { html: false, linkify: true, breaks: true }).enable([
  'emphasis',
  'linkify',
  'newline',
  'list',
  'blockquote',
  'escape',
  'autolink',
])

for (const markdown of [posts, comments]) {
  // A bare "example.com/x" or "name@example.com" in a text becomes no link unless it says so: fewer surprises, no scraped addresses.
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false })
  markdown.validateLink = (url) => /^(https?:\/\/|mailto:|tel:|\/(?!\/))/i.test(url.trim())
}
comments.renderer.rules['link_open'] = (tokens, index, options, _env, self) => {
  tokens[index]?.attrSet('rel', 'nofollow ugc noopener')
  return self.renderToken(tokens, index, options)
}
// A post's title is the heading of its page: every "#" in the text is one of the second level.
posts.renderer.rules['heading_open'] = () => '<h2>'
posts.renderer.rules['heading_close'] = () => '</h2>\n'

/** A post's text: headings, lists, quotes, emphasis, links. */
export const renderPost = (text: string): string => posts.render(text).trim()

/** A comment's text: emphasis, lists, quotes, and links that give no search rank. */
export const renderComment = (text: string): string => comments.render(text).trim()

/** The first words without formatting, for lists and descriptions: at most `length` characters, cut at a word. */
export function summarise(html: string, length = 240): string {
  const plain = html
    .replace(/<\/h2>/g, ': ')
    .replace(/(?<![.!?:;…]\s*)<\/li>(?=\s*<li>)/g, '; ')
    .replace(/(?<![.!?:;…]\s*)<\/li>/g, '. ')
    .replace(/<\/(p|li|blockquote)>|<br\s*\/?>/g, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim()
  if (plain.length <= length) return plain
  const cut = plain.slice(0, length)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), length - 40)).replace(/[\s,;:.–-]+$/, '')}…`
}
