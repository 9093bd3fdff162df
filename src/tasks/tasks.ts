import { niahSingle } from './niah-single.ts';

/** The tasks by name: config, `list tasks`, docs and tests read this table. */
export const tasks = { niah_single: niahSingle } as const;
export type TaskName = keyof typeof tasks;
