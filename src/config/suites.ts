import type { TaskName } from '../tasks/tasks.ts';

/** Named sets of tasks, for `--suite`. */
export const suites = {
  niah: { summary: 'The classic test: one needle, one question.', tasks: ['niah_single'] },
} as const satisfies Record<string, { readonly summary: string; readonly tasks: readonly TaskName[] }>;
