/** The results as a file for spreadsheets: what the page shows, row by row, and nothing else. Pure. */
import { csvFile } from '../statistics/csv.ts'
import type { AreaTable, Figures } from './counted.ts'
import type { CountedSurvey, Quote } from './results.ts'

type Cells = (string | number | null)[]

const HEADS: Cells = ['Question', 'Part of the area', 'Answer', 'People', 'Shown as']

export function resultsFile(title: string, counted: CountedSurvey, quotes: readonly Quote[]): string {
  return csvFile([
    HEADS,
    [title, null, 'People who answered', counted.people, null],
    ...counted.channels.map(([label, people]): Cells => [title, null, `Answered ${label}`, people, null]),
    ...counted.areas.map(([label, people]): Cells => [title, label, 'People who answered', people, null]),
    ...counted.questions.flatMap((figures) => [...rowsOf(figures), ...quotesTo(figures, quotes)]),
  ])
}

function rowsOf({ question: { title }, lines, notes, areas }: Figures): Cells[] {
  return [
    ...lines.map(({ label, people, said, place }): Cells => [title, null, label, people, place === null ? said : `${said}, mean place ${place}`]),
    ...notes.map((note): Cells => [title, null, null, null, note]),
    ...(areas ? areaRows(title, areas) : []),
  ]
}

const areaRows = (title: string, { columns, rows }: AreaTable): Cells[] =>
  rows.flatMap(({ label, cells }) =>
    cells.map((people, at): Cells => [title, label, columns[at] ?? '', people, people === null ? 'Not shown' : null]),
  )

const quotesTo = ({ question }: Figures, quotes: readonly Quote[]): Cells[] =>
  quotes.flatMap(({ questionId, words }): Cells[] =>
    questionId === question.id && words !== null ? [[question.title, null, 'In their own words', null, words]] : [],
  )
