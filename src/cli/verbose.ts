import type { RunEvent } from '../run/job.ts';
import { duration } from './figures.ts';
import { cellText } from './result-line.ts';

type Line<Type extends RunEvent['type']> = (event: Extract<RunEvent, { type: Type }>) => string | null;

/**
 * What `--verbose` says of each event; null where the progress says it anyway. Figures, names and decisions only: no prompt, no answer,
 * and nothing that an endpoint said, since some say the whole request back.
 */
const lines: { readonly [Type in RunEvent['type']]: Line<Type> } = {
  started: ({ toAsk }) =>
    toAsk
      .filter(({ contextLengths }) => contextLengths.length > 0)
      .map(({ model, contextLengths }) => `${model}: ${contextLengths.length} cells to ask`)
      .join(', ') || null,
  tokenizer: () => null,
  preparing: ({ model, tokenizer }) => `${model}: counts its corpus with ${tokenizer}`,
  warning: () => null,
  corpus: () => null,
  taken: () => null,
  waiting: ({ cell, attempt, waitMs }) =>
    `${cellText(cell)}: attempt ${attempt} held back ${duration(waitMs)} by the limits`,
  request: ({ cell, attempt, promptTokens }) =>
    `${cellText(cell)}: attempt ${attempt} sent, ${promptTokens} prompt tokens planned`,
  answered: ({ cell, attempt, usage, ...answer }) =>
    `${cellText(cell)}: attempt ${attempt} answered${[
      answer.finishReason === null ? 'no finish reason' : `finish reason ${answer.finishReason}`,
      usage.promptTokens === null && usage.completionTokens === null
        ? 'no usage'
        : `${usage.promptTokens ?? '?'} + ${usage.completionTokens ?? '?'} tokens`,
      ...(usage.cachedTokens === null ? [] : [`${usage.cachedTokens} cached`]),
      ...(answer.ttftMs === null ? [] : [`first token ${duration(answer.ttftMs)}`]),
      ...(answer.latencyMs === null ? [] : [duration(answer.latencyMs)]),
      ...(answer.servedModel === null ? [] : [`by ${answer.servedModel}`]),
    ]
      .map((fact) => `, ${fact}`)
      .join('')}`,
  error: ({ cell, attempt, kind, code, status, retryAfterMs, mayBeBilled, decision }) =>
    `${cellText(cell)}: attempt ${attempt} failed: ${kind}${code === kind ? '' : ` (${code})`}${[
      ...(status === null || code === `http_${status}` ? [] : [`status ${status}`]),
      ...(retryAfterMs === null ? [] : [`retry-after ${duration(retryAfterMs)}`]),
      ...(mayBeBilled ? ['may be billed'] : []),
    ]
      .map((fact) => `, ${fact}`)
      .join('')} → ${decision.replace('_', ' ')}`,
  attempt: ({ cell, attempt, waitMs }) => `${cellText(cell)}: attempt ${attempt + 1} in ${duration(waitMs)}`,
  adapted: () => null,
  learned: (event) => {
    if (event.what === 'window') return `${event.model}: learned its window, ${event.tokens} tokens`;
    if (event.what === 'overhead') return `${event.model}: learned its template, ${event.tokens} tokens`;
    return `${event.model}: learned its tokenizer, ${event.scale.toFixed(4)} tokens each of ours (± ${(100 * event.error).toFixed(1)} %)`;
  },
  result: () => null,
  stopping: () => null,
  finished: () => null,
};

/** Every type of event there is. */
export const eventTypes = Object.keys(lines) as readonly RunEvent['type'][];

/** The line on an event, with the seconds since the start in front; null where there is none. */
export function verboseLine(event: RunEvent, sinceMs: number): string | null {
  const line = lines[event.type] as Line<typeof event.type>;
  const text = line(event as never);
  return text === null ? null : `${(sinceMs / 1_000).toFixed(3).padStart(9)} ${text}`;
}
