/** What a moderator finds beside a task: how helpers are kept safe, who runs it, the thanks; and the form from which it was published, which says all of it again. */
import { eq } from 'drizzle-orm'
import type { BesideKind } from '../posts/words-beside.ts'
import { tasks } from './schema.ts'

export const taskBeside: BesideKind = {
  name: 'The task',
  of: ['can-you-help'],
  async read(db, postId) {
    const [task] = await db.select().from(tasks).where(eq(tasks.postId, postId))
    return [
      { key: 'safeguarding', label: 'How people are kept safe', text: task?.safeguarding ?? '' },
      { key: 'partnerName', label: 'Who runs it', text: task?.partnerName ?? '' },
      { key: 'thanks', label: 'Thanks', text: task?.thanks ?? '' },
    ]
  },
  async replace(tx, postId, key, text) {
    const set = key === 'thanks' ? { thanks: text } : key === 'partnerName' ? { partnerName: text } : { safeguarding: text }
    await tx.update(tasks).set(set).where(eq(tasks.postId, postId))
  },
}

/** The fields of the form in which people write. */
const TYPED = { title: 'Title', body: 'Description', safeguarding: 'How people are kept safe', partner: 'Who runs it', venue: 'Where' } as const

export const sentBeside: BesideKind = {
  name: 'As it was sent in',
  of: ['can-you-help'],
  async read(db, postId) {
    const [task] = await db.select({ form: tasks.form }).from(tasks).where(eq(tasks.postId, postId))
    return Object.entries(TYPED).map(([key, label]) => ({ key, label, text: task?.form[key] ?? '' }))
  },
  async replace(tx, postId, key, text) {
    const [task] = await tx.select({ form: tasks.form }).from(tasks).where(eq(tasks.postId, postId))
    if (task)
      await tx
        .update(tasks)
        .set({ form: { ...task.form, [key]: text } })
        .where(eq(tasks.postId, postId))
  },
}
