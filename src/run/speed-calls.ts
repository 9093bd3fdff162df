import type { Result } from '../core/result.ts';
import { fitSpeed, type Speed } from './speed.ts';

/** Calls of one model that a fit is made of: enough for any noise, and the newest, since servers change their pace. */
export const keptCalls = 400;

/** A call that ended with an answer. */
export interface SeenCall {
  /** Of its cell, in tokens. */
  readonly contextLength: number;
  /** The share of the prompt that the server had to read: what came from its cache took no time. */
  readonly readShare: number;
  readonly ms: number;
}

/** What the row of an answered cell tells about speed, the call having taken `ms`; null for a row without an answer. */
export function seenCall({ cell, completion }: Result, ms: number): SeenCall | null {
  if (completion === null) return null;
  const { promptTokens, cachedTokens } = completion.usage;
  const cached = promptTokens === null || promptTokens <= 0 ? 0 : (cachedTokens ?? 0) / promptTokens;
  return { contextLength: cell.contextLength, readShare: 1 - Math.min(1, cached), ms };
}

/** The calls that rows tell of, by the time that the calls themselves took; imported rows tell of none. */
export function seenIn(rows: readonly Result[]): SeenCall[] {
  return rows.flatMap((row) => {
    const ms = row.completion?.latencyMs;
    return ms === undefined ? [] : (seenCall(row, ms) ?? []);
  });
}

/** From so many times its expected time on, a running call corrects what is expected of its like. */
const overdueFrom = 1.1;

/**
 * Expected milliseconds of a call by its cell's context length, the cache taken to serve as much of it as it did of those seen; null
 * where none was seen. `running`: calls under way and what they have taken, since one that is far over its time tells as much as one
 * that has ended.
 */
export function speedByLength(
  calls: readonly SeenCall[],
  running: readonly { readonly contextLength: number; readonly elapsedMs: number }[] = [],
): Speed | null {
  const readShare = calls.reduce((sum, call) => sum + call.readShare, 0) / Math.max(1, calls.length);
  const timed = calls.map((call) => ({ tokens: call.contextLength * call.readShare, ms: call.ms }));
  const settled = fitSpeed(timed);
  if (settled === null) return null;
  const overdue = running.flatMap(({ contextLength, elapsedMs }) => {
    const tokens = contextLength * readShare;
    return elapsedMs > settled(tokens) * overdueFrom ? [{ tokens, ms: elapsedMs }] : [];
  });
  const speed = (overdue.length === 0 ? settled : fitSpeed([...timed, ...overdue])) ?? settled;
  const known = new Map<number, number>();
  return (contextLength) => {
    const ms = known.get(contextLength) ?? speed(contextLength * readShare);
    known.set(contextLength, ms);
    return ms;
  };
}
