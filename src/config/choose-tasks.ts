import type { z } from 'zod';
import { NeedlescopeError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { nearest } from '../core/nearest.ts';
import { tasks } from '../tasks/tasks.ts';
import type { FlagValues } from './flags.ts';
import type { Decider } from './layers.ts';
import type { ResolvedTask } from './resolved.ts';
import type { FileConfig } from './schema.ts';
import { suites } from './suites.ts';
import type { TaskEntry } from './task-entry.ts';

/**
 * The tasks of a run. --task picks among the file's tasks by id, else takes rows of the task table; --suite takes the rows
 * it names. Throws `usage` where both are given, `unknown_name` with the nearest name.
 */
export function chooseTasks(
  file: FileConfig | null,
  flags: FlagValues,
  decide: Decider,
): readonly ResolvedTask[] {
  const entries = decide<readonly TaskEntry[]>('tasks', {
    flag: flagged(file?.tasks ?? [], flags),
    file: file?.tasks,
    fallback: [{ name: 'niah_single' }],
  });
  return entries.map(({ name, id, bar, ...params }) => {
    const schema: z.ZodType = tasks[name].params;
    return { id: id ?? name, name, params: schema.parse(params) as JsonObject, bar: bar ?? null };
  });
}

function flagged(own: readonly TaskEntry[], flags: FlagValues): readonly TaskEntry[] | undefined {
  if (flags.suite !== undefined && flags.tasks !== undefined) {
    throw new NeedlescopeError('usage', 'expected --suite or --task, got both', {
      hint: 'leave one of them out',
    });
  }
  if (flags.suite !== undefined) {
    const suite = Object.entries(suites).find(([name]) => name === flags.suite)?.[1];
    if (suite === undefined) throw unknown('--suite', flags.suite, Object.keys(suites));
    return suite.tasks.map((name) => ({ name }));
  }
  return flags.tasks === undefined
    ? undefined
    : [...new Set(flags.tasks)].flatMap((name) => named(name, own));
}

function named(wanted: string, own: readonly TaskEntry[]): readonly TaskEntry[] {
  const mine = own.filter(({ name, id }) => (id ?? name) === wanted);
  if (mine.length > 0) return mine;
  const row = (Object.keys(tasks) as (keyof typeof tasks)[]).find((name) => name === wanted);
  if (row !== undefined) return [{ name: row }];
  throw unknown('--task', wanted, [...own.map(({ name, id }) => id ?? name), ...Object.keys(tasks)]);
}

function unknown(flag: string, name: string, known: readonly string[]): NeedlescopeError {
  const close = nearest(name, known);
  return new NeedlescopeError(
    'unknown_name',
    `${flag}: expected one of ${known.join(', ')}, got ${JSON.stringify(name)}`,
    { hint: close === null ? `for example: ${flag} ${known[0]}` : `did you mean ${close}?` },
  );
}
