import type { Cell } from '../core/cell.ts';
import { formatLength } from '../core/length.ts';
import type { Result } from '../core/result.ts';
import { duration } from './figures.ts';

/** A cell in a few words: model, task, length, depth, and the trial where it is not the first. */
export function cellText({ model, task, contextLength, depth, trial }: Cell): string {
  const percent = Number((depth * 100).toFixed(2));
  return `${model} ${task} ${formatLength(contextLength)} ${percent}%${trial > 0 ? ` #${trial + 1}` : ''}`;
}

/** What came of a cell: the `done`-th of `cells`. */
export function resultLine(result: Result, done: number, cells: number): string {
  const { cell, outcome, reason, score, completion, flags } = result;
  const verdict =
    outcome === 'scored' ? `score ${score?.value ?? 0}` : `${outcome} (${reason ?? 'no reason given'})`;
  const marks = flags.length > 0 ? ` [${flags.join(', ')}]` : '';
  const time = completion?.latencyMs === undefined ? '' : ` ${duration(completion.latencyMs)}`;
  return `[${done}/${cells}] ${cellText(cell)}: ${verdict}${marks}${time}`;
}
