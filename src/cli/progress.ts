import type { Result } from '../core/result.ts';
import { addUp, costOf, type Money, type OwnPrice } from '../run/cost.ts';
import type { Execution, RunEvent } from '../run/job.ts';
import { watchSpeed } from '../run/speed-watch.ts';
import type { CliContext } from './context.ts';
import { duration, megabytes } from './figures.ts';
import { plainText } from './plain-text.ts';
import { progressBar } from './progress-bar.ts';
import { resultLine } from './result-line.ts';
import { verboseLine } from './verbose.ts';

export interface Progress {
  onEvent(event: RunEvent): void;
  /** A line of its own, above the bar. */
  say(line: string): void;
  /** Writes what is left to write and takes the bar away, so that what follows starts on a line of its own. */
  end(): void;
}

export interface ProgressOptions {
  /** Warnings only. */
  readonly quiet: boolean;
  /** A line for each request and decision. */
  readonly verbose: boolean;
  readonly limits: Pick<Execution, 'requestsPerMinute' | 'tokensPerMinute'>;
  /** USD that the run may use; null without a budget. */
  readonly budgetUsd: number | null;
  /** By model; for the cost so far. */
  readonly prices: ReadonlyMap<string, OwnPrice | null>;
}

const drawEveryMs = 100;
/** Lines that come faster are written together: off a terminal each write waits for whoever reads. */
const writeEveryMs = 200;
/** The time left is reckoned anew less often than it is drawn: it costs a millisecond or so. */
const reckonEveryMs = 500;
/** A long call says nothing for minutes: the line is drawn all the same. */
const idleDrawMs = 1_000;
/** Shorter waits before another attempt pass unseen. */
const longWaitMs = 5_000;

/**
 * Shows a run on stderr: on a terminal one line that is drawn over (cells, tokens, cost, time left), elsewhere one line a result.
 * `verbose` adds a line for each request and decision to either.
 */
export function showProgress(context: CliContext, options: ProgressOptions): Progress {
  const { stderr, monotonicMs } = context;
  const { quiet, verbose } = options;
  const live = stderr.isTTY && context.env['TERM'] !== 'dumb' && !quiet;
  const watch = watchSpeed(options.limits);
  const startedMs = monotonicMs();
  const state = { cells: 0, done: 0, running: 0, failed: 0, sentTokens: 0, usedUsd: 0 };
  let costs: readonly Money[] = [];
  let left = { ms: null as number | null, atMs: Number.NEGATIVE_INFINITY };
  /** What the rows of earlier commands tell of the time, until this one's calls tell more. */
  let expectedEndMs: number | null = null;
  let drawnMs = Number.NEGATIVE_INFINITY;
  let shown = false;
  let timer: NodeJS.Timeout | undefined;
  let unwritten = '';
  let writtenMs = Number.NEGATIVE_INFINITY;
  let writeTimer: NodeJS.Timeout | undefined;

  const clear = (): void => {
    if (shown) stderr.write('\r\u001b[2K');
    shown = false;
  };
  const writeAll = (): void => {
    clearTimeout(writeTimer);
    writeTimer = undefined;
    if (unwritten === '') return;
    clear();
    stderr.write(unwritten);
    unwritten = '';
    writtenMs = monotonicMs();
  };
  const say = (line: string): void => {
    unwritten += `${line}\n`;
    writeAll();
  };
  /** At once where the last line was long ago. */
  const saySoon = (line: string): void => {
    unwritten += `${line}\n`;
    if (monotonicMs() - writtenMs >= writeEveryMs) writeAll();
    else writeTimer ??= setTimeout(writeAll, writeEveryMs);
  };
  const over = (line: string): void => {
    stderr.write(`\r\u001b[2K${line.slice(0, Math.max(20, stderr.columns - 1))}`);
    shown = true;
  };
  const leftAt = (nowMs: number): number | null => {
    if (nowMs - left.atMs >= reckonEveryMs) left = { ms: watch.leftMs(nowMs), atMs: nowMs };
    if (left.ms !== null) return Math.max(0, left.ms - (nowMs - left.atMs));
    return expectedEndMs === null ? null : Math.max(0, expectedEndMs - nowMs);
  };
  const draw = (): void => {
    const nowMs = monotonicMs();
    if (!live || state.cells === 0 || nowMs - drawnMs < drawEveryMs) return;
    drawnMs = nowMs;
    const { budgetUsd } = options;
    const budget = budgetUsd === null ? null : { most: budgetUsd, used: state.usedUsd };
    over(progressBar({ ...state, costs, budget, leftMs: leftAt(nowMs) }, stderr.columns));
  };

  const onStarted = (event: RunEvent & { readonly type: 'started' }): void => {
    state.cells = event.cells;
    state.done = event.done;
    state.usedUsd = event.spent.cost;
    const { ms } = event.estimate;
    if (ms !== null) expectedEndMs = monotonicMs() + ms;
    if (event.done > 0 && !quiet) say(`resuming: ${event.done} of ${event.cells} cells are done`);
    if (live && event.done < event.cells) timer = setInterval(draw, idleDrawMs);
    timer?.unref();
    draw();
  };

  const onResult = (result: Result): void => {
    const { completion, cell } = result;
    state.done++;
    state.running--;
    state.usedUsd += result.costUsd ?? 0;
    if (result.outcome === 'failed') state.failed++;
    const price = options.prices.get(cell.model) ?? null;
    const amount = completion === null ? null : costOf(completion.usage, price);
    if (price !== null && amount !== null) costs = addUp([...costs, { amount, currency: price.currency }]);
    if (verbose || (!live && !quiet)) saySoon(plainText(resultLine(result, state.done, state.cells)));
    // Where cells wait the next one is taken at once, and drawn.
    if (state.done + state.running >= state.cells) draw();
  };

  const onDownload = ({ file, bytes, total }: RunEvent & { readonly type: 'corpus' }): void => {
    if (live && bytes === total) say(`downloaded ${file} (${megabytes(total)})`);
    else if (live) {
      const nowMs = monotonicMs();
      if (bytes > 0 && nowMs - drawnMs < drawEveryMs) return;
      drawnMs = nowMs;
      over(`downloading ${file}: ${megabytes(bytes)} of ${megabytes(total)}`);
    } else if (bytes === 0 && !quiet) say(`downloading ${file} (${megabytes(total)})`);
  };

  const onAttempt = ({ cell, attempt, reason, waitMs }: RunEvent & { readonly type: 'attempt' }): void => {
    if (quiet || verbose || waitMs < longWaitMs) return;
    say(plainText(`${cell.model}: ${reason}; trying again in ${duration(waitMs)} (attempt ${attempt})`));
  };

  const show = (event: RunEvent): void => {
    if (event.type === 'started') onStarted(event);
    else if (event.type === 'taken') {
      state.running++;
      draw();
    } else if (event.type === 'request') state.sentTokens += event.promptTokens;
    else if (event.type === 'result') onResult(event.result);
    else if (event.type === 'attempt') onAttempt(event);
    else if (event.type === 'corpus') onDownload(event);
    else if (event.type === 'tokenizer') {
      if (!quiet) say(plainText(event.message));
    } else if (event.type === 'preparing') {
      if (live && !verbose) over(`counting the text with ${event.tokenizer} …`);
    } else if (event.type === 'warning') say(`warning: ${plainText(event.message)}`);
    else if (event.type === 'stopping') {
      // An interrupt has been answered where it was heard.
      if (event.why !== 'interrupted') say(plainText(event.message));
    } else if (event.type === 'finished') end();
  };

  const end = (): void => {
    clearInterval(timer);
    writeAll();
    clear();
  };

  return {
    say,
    onEvent: (event) => {
      const nowMs = monotonicMs();
      watch.onEvent(event, nowMs);
      const line = verbose ? verboseLine(event, nowMs - startedMs) : null;
      if (line !== null) saySoon(plainVerbose(line));
      show(event);
    },
    end,
  };
}

/** The seconds in front keep their place. */
function plainVerbose(line: string): string {
  const at = line.search(/\S/);
  return line.slice(0, at) + plainText(line.slice(at));
}
