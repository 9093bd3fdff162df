import type { z } from 'zod';
import type { Language } from '../core/language.ts';
import type { Random } from '../core/random.ts';
import type { Needle } from '../haystack/needle-cuts.ts';
import type { ScorerName } from '../scorers/scorers.ts';

/** What is asked in one cell, before it is known where in the text it will lie. */
export interface TaskItem {
  /** The sentences to hide, each with its depth from 0 to 1: the cell's own, or spread from it (`spreadDepths`). */
  readonly needles: readonly Needle[];
  readonly question: string;
  /** The beginning of the answer, for base models that complete a text. */
  readonly stem: string;
  /** Accepted answers. */
  readonly target: readonly string[];
}

interface TaskContext<Params> {
  readonly language: Language;
  /** The cell's own stream: the same cell asks the same thing in every run of the same seed. */
  readonly random: Random;
  /** The cell's depth, 0 to 1. */
  readonly depth: number;
  readonly params: Params;
  /** Whether a text stands in the corpus, so that a value is never there by chance. */
  occurs(text: string): boolean;
}

/** A row of the task table. */
export interface Task<Params = unknown> {
  readonly summary: string;
  /** Raise it when the same seed would ask something else: results of two versions never mix. */
  readonly version: number;
  readonly scorer: ScorerName;
  /** Strict: an unknown parameter is an error. */
  readonly params: z.ZodType<Params>;
  generate(context: TaskContext<Params>): TaskItem;
}

/** A task with its parameters' type checked; returns its argument. */
export function defineTask<Params>(task: Task<Params>): Task<Params> {
  return task;
}
