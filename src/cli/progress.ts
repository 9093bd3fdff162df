import { formatLength } from '../core/length.ts';
import type { Result } from '../core/result.ts';
import type { RunEvent } from '../run/job.ts';
import type { CliContext } from './context.ts';
import { duration, money, tokens } from './figures.ts';

export interface Progress {
  onEvent(event: RunEvent): void;
  /** Takes the bar away, so that what follows starts on a line of its own. */
  end(): void;
}

const drawEveryMs = 100;

/**
 * Shows a run on stderr: on a terminal one line that is drawn over (cells, tokens, cost, time left), elsewhere one line a
 * result. Time left is reckoned in prompt tokens, since a long cell takes as long as many short ones.
 */
export function showProgress(context: CliContext, options: { readonly quiet: boolean }): Progress {
  const { stderr } = context;
  const live = stderr.isTTY && !options.quiet;
  let cells = 0;
  let totalTokens = 0;
  let done = 0;
  let resumed = 0;
  let sentTokens = 0;
  let settledTokens = 0;
  let costUsd = 0;
  let failed = 0;
  let startedAt = context.now();
  let drawnAt = 0;
  let shown = false;

  const clear = (): void => {
    if (shown) stderr.write('\r\u001b[2K');
    shown = false;
  };
  const say = (line: string): void => {
    clear();
    stderr.write(`${line}\n`);
  };
  const draw = (): void => {
    const now = context.now();
    if (!live || now - drawnAt < drawEveryMs) return;
    drawnAt = now;
    const elapsed = now - startedAt;
    const left =
      settledTokens > 0 ? (elapsed / settledTokens) * Math.max(0, totalTokens - settledTokens) : null;
    const facts = [
      `${done}/${cells} cells`,
      `${tokens(sentTokens)} tokens sent`,
      ...(costUsd > 0 ? [money(costUsd)] : []),
      ...(failed > 0 ? [`${failed} failed`] : []),
      left === null ? 'time left …' : `${duration(left)} left`,
    ].join(' · ');
    const width = Math.max(0, Math.min(30, stderr.columns - facts.length - 4));
    const filled = cells === 0 ? width : Math.round((done / cells) * width);
    const bar = width >= 8 ? `${'━'.repeat(filled)}${'─'.repeat(width - filled)} ` : '';
    stderr.write(`\r\u001b[2K${`${bar}${facts}`.slice(0, Math.max(20, stderr.columns - 1))}`);
    shown = true;
  };

  const onResult = (result: Result): void => {
    done += 1;
    settledTokens += result.sample.promptTokens;
    if (result.attempts > 0) sentTokens += result.sample.promptTokens;
    costUsd += result.costUsd ?? 0;
    if (result.outcome === 'failed') failed += 1;
    if (live) draw();
    else if (!options.quiet) say(resultLine(result, done, cells));
  };

  return {
    onEvent: (event) => {
      switch (event.type) {
        case 'started':
          cells = event.cells;
          done = event.done;
          resumed = event.done;
          totalTokens = event.promptTokens;
          startedAt = context.now();
          if (resumed > 0) say(`resuming: ${resumed} of ${cells} cells are done`);
          draw();
          break;
        case 'result':
          onResult(event.result);
          break;
        case 'attempt':
          if (!options.quiet && event.waitMs >= 5_000) {
            say(
              `${event.cell.model}: ${event.reason}; trying again in ${duration(event.waitMs)} (attempt ${event.attempt})`,
            );
          }
          break;
        case 'warning':
          say(`warning: ${event.message}`);
          break;
        case 'stopping':
          say(event.message);
          break;
        case 'finished':
          clear();
          break;
      }
    },
    end: clear,
  };
}

function resultLine(result: Result, done: number, cells: number): string {
  const { cell, outcome, reason, score, completion, flags } = result;
  const place = `${cell.model} ${cell.task} ${formatLength(cell.contextLength)} ${percent(cell.depth)}${cell.trial > 0 ? ` #${cell.trial + 1}` : ''}`;
  const verdict =
    outcome === 'scored' ? `score ${score?.value ?? 0}` : `${outcome} (${reason ?? 'no reason given'})`;
  const marks = flags.length > 0 ? ` [${flags.join(', ')}]` : '';
  const time = completion?.latencyMs === undefined ? '' : ` ${duration(completion.latencyMs)}`;
  return `[${done}/${cells}] ${place}: ${verdict}${marks}${time}`;
}

function percent(depth: number): string {
  return `${Number((depth * 100).toFixed(2))}%`;
}
