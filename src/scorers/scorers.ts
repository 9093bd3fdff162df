import type { Scorer } from '../core/score.ts';
import { includes } from './includes.ts';

/** The scorers by name. */
export const scorers = { includes } as const satisfies Record<string, Scorer>;
export type ScorerName = keyof typeof scorers;
