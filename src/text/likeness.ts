/** Which words of a text are looked for in other texts, to find what says the same. */
const LONGEST = 1000
const MOST_WORDS = 24

/** Each once, in lower case, at most 24. What is no word goes, and what would be too much; which words mean something is for the database to tell. */
export function wordsToCompare(text: string): string[] {
  const words =
    text
      .slice(0, LONGEST)
      .toLowerCase()
      .match(/[\p{L}\p{N}]{2,40}/gu) ?? []
  // An operator to the database, and no word to look for.
  return [...new Set(words)].filter((word) => word !== 'or').slice(0, MOST_WORDS)
}
