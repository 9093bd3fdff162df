import { describe, expect, test } from 'vitest';
import { type ProgressOptions, showProgress } from '../../src/cli/progress.ts';
import type { RunEvent } from '../../src/run/job.ts';
import { type Simulation, simulate, startedWith } from '../run/simulated-run.ts';
import { type FakeTerminal, fakeTerminal } from './fake-terminal.ts';

const plain: ProgressOptions = {
  quiet: false,
  verbose: false,
  limits: { requestsPerMinute: null, tokensPerMinute: null },
  budgetUsd: null,
  prices: new Map(),
};

const simulation: Simulation = {
  contextLengths: [1_000, 8_000, 1_000, 64_000, 8_000, 1_000, 8_000, 64_000],
  callMs: (tokens) => 500 + tokens / 4,
  slots: () => 2,
};

/** What a run writes on stderr, its events in their times. */
function show(
  terminal: FakeTerminal,
  { more = [], ...options }: Partial<ProgressOptions> & { readonly more?: readonly RunEvent[] } = {},
): string[] {
  const progress = showProgress(terminal.context, { ...plain, ...options });
  let before = 0;
  for (const { event, atMs } of simulate(simulation)) {
    terminal.tick(atMs - before);
    before = atMs;
    progress.onEvent(event);
    if (event.type === 'started') for (const extra of more) progress.onEvent(extra);
  }
  progress.end();
  return [...terminal.written];
}

const drawn = /^\r\u001b\[2K/;

describe('on a terminal', () => {
  test.each([40, 80, 120])('the bar is one line that is drawn over, at %i columns', (columns) => {
    const lines = show(fakeTerminal({ isTTY: true, columns }));
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) {
      expect(line).toMatch(drawn);
      expect(line).not.toContain('\n');
      expect(line.replace(drawn, '').length).toBeLessThan(columns);
    }
    expect(lines.at(-1)).toBe('\r\u001b[2K');
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/(?:[━─]{8,} |K)\d\/8 cells.* left/);
  });

  test('the time left is shown once three cells are settled, and counts down', () => {
    const lines = show(fakeTerminal({ isTTY: true, columns: 120 }));
    const left = lines.flatMap((line) => /(\d)\/8 cells.* · (.*) left$/.exec(line)?.slice(1, 3) ?? []);
    expect(lines.filter((line) => line.endsWith('time left …')).length).toBeGreaterThan(0);
    const seconds = left.filter((_, i) => i % 2 === 1).map((text) => Number(/^(\d+) s$/.exec(text)?.[1]));
    expect(seconds.length).toBeGreaterThan(3);
    expect(seconds.every((each) => each > 0 && each < 60)).toBe(true);
    expect(seconds.at(-1)).toBeLessThan(seconds[0] ?? 0);
  });

  test('a clock of dates that is set back by an hour changes nothing', () => {
    const told = (setBack: boolean): string[] => {
      const terminal = fakeTerminal({ isTTY: true });
      const progress = showProgress(terminal.context, plain);
      let before = 0;
      for (const [i, { event, atMs }] of simulate(simulation).entries()) {
        terminal.tick(atMs - before);
        before = atMs;
        if (setBack && i === 9) terminal.setBack(3_600_000);
        progress.onEvent(event);
      }
      progress.end();
      return [...terminal.written];
    };
    expect(told(true)).toEqual(told(false));
    expect(told(true).join('')).not.toMatch(/-\d/);
  });

  test('rows of earlier commands tell the time before the first answer', () => {
    const terminal = fakeTerminal({ isTTY: true, columns: 120 });
    const progress = showProgress(terminal.context, plain);
    const started = startedWith([1_000, 1_000]);
    progress.onEvent({ ...started, estimate: { ...started.estimate, ms: 90_000 } });
    progress.end();
    expect(terminal.written[0]).toContain('1 min 30 s left');
  });

  test('cost so far in every currency, or what the budget still holds', () => {
    const price = { input: 1_000_000, cachedInput: 1_000_000, output: 0, currency: 'CNY' };
    const prices = new Map([['m', price]]);
    const lines = show(fakeTerminal({ isTTY: true, columns: 140 }), { prices });
    expect(lines.some((line) => line.includes(' · CNY 10000 · '))).toBe(true);
    const budget = show(fakeTerminal({ isTTY: true, columns: 140 }), { budgetUsd: 5 });
    expect(budget.some((line) => line.includes(' · $0.0020 of $5.00 · '))).toBe(true);
  });

  test('a terminal that cannot draw over gets lines', () => {
    const lines = show(fakeTerminal({ isTTY: true, env: { TERM: 'dumb' } }));
    expect(lines).toHaveLength(8);
    expect(lines.join('')).not.toContain('\u001b');
  });
});

describe('elsewhere', () => {
  test('one line a result, and no control characters', () => {
    const lines = show(fakeTerminal());
    expect(lines).toHaveLength(8);
    expect(lines[0]).toBe('[1/8] m niah_single 1K 50%: score 1 260 ms\n');
    expect(lines.join('')).not.toContain('\u001b');
  });

  test('quiet: warnings and why a run stops, nothing else', () => {
    const more: RunEvent[] = [
      { type: 'warning', message: 'mind the gap' },
      { type: 'corpus', file: 'tale.txt', bytes: 0, total: 10 },
      { type: 'stopping', why: 'budget', message: 'the budget is used up' },
    ];
    for (const isTTY of [true, false]) {
      const lines = show(fakeTerminal({ isTTY }), { quiet: true, more });
      expect(lines).toEqual(['warning: mind the gap\n', 'the budget is used up\n']);
    }
  });

  test('lines that come fast are written together, and none is lost or late', () => {
    const result = simulate(simulation).find((moment) => moment.event.type === 'result')?.event;
    if (result === undefined) throw new Error('expected a result');
    const terminal = fakeTerminal();
    const progress = showProgress(terminal.context, plain);
    progress.onEvent(result);
    expect(terminal.written).toHaveLength(1);
    for (let i = 0; i < 50; i++) progress.onEvent(result);
    expect(terminal.written).toHaveLength(1);
    terminal.tick(200);
    progress.onEvent(result);
    progress.onEvent(result);
    expect(terminal.written).toHaveLength(2);
    progress.say('a word');
    expect(terminal.written).toHaveLength(3);
    expect(terminal.written.join('').split('\n').filter(Boolean)).toHaveLength(54);
    expect(terminal.written.at(-1)?.endsWith('a word\n')).toBe(true);
    progress.end();
    expect(terminal.written).toHaveLength(3);
  });

  test('verbose: a line a request and a decision, with the seconds since the start', () => {
    const lines = show(fakeTerminal(), { verbose: true })
      .join('')
      .split(/(?<=\n)/);
    expect(lines.filter((line) => line.includes(': attempt 1 sent, '))).toHaveLength(8);
    expect(lines.filter((line) => line.startsWith('['))).toHaveLength(8);
    expect(lines[0]).toBe('    0.000 m: 8 cells to ask\n');
    expect(lines).toContain(
      '    0.750 m niah_single 1K 50% #3: attempt 1 sent, 1000 prompt tokens planned\n',
    );
  });

  test('a long wait before another attempt is said, and what a server says cannot steer the terminal', () => {
    const { event } = simulate(simulation).find((moment) => moment.event.type === 'taken') ?? {};
    if (event?.type !== 'taken') throw new Error('expected a cell');
    const attempt = { type: 'attempt', cell: event.cell, attempt: 2, reason: 'busy\u001b[2J\nnow' } as const;
    const lines = (waitMs: number, verbose = false): string[] => {
      const terminal = fakeTerminal();
      showProgress(terminal.context, { ...plain, verbose }).onEvent({ ...attempt, waitMs });
      return [...terminal.written];
    };
    expect(lines(400)).toEqual([]);
    expect(lines(9_000)).toEqual(['m: busy\ufffd[2J now; trying again in 9 s (attempt 2)\n']);
    expect(lines(400, true)).toEqual(['    0.000 m niah_single 1K 50%: attempt 3 in 400 ms\n']);
  });
});

/** What a download of three pieces writes on stderr, one piece every 60 ms. */
function downloaded(options: { readonly isTTY: boolean; readonly quiet: boolean }): readonly string[] {
  const terminal = fakeTerminal(options);
  const progress = showProgress(terminal.context, { ...plain, quiet: options.quiet });
  for (const bytes of [0, 400_000, 900_000, 1_276_201]) {
    progress.onEvent({ type: 'corpus', file: 'tale.txt', bytes, total: 1_276_201 });
    terminal.tick(60);
  }
  progress.end();
  return terminal.written;
}

test('a download is one line drawn over on a terminal, one line elsewhere, and nothing when quiet', () => {
  expect(downloaded({ isTTY: true, quiet: false })).toEqual([
    '\r\u001b[2Kdownloading tale.txt: 0 KB of 1.28 MB',
    '\r\u001b[2Kdownloading tale.txt: 900 KB of 1.28 MB',
    '\r\u001b[2K',
    'downloaded tale.txt (1.28 MB)\n',
  ]);
  expect(downloaded({ isTTY: false, quiet: false })).toEqual(['downloading tale.txt (1.28 MB)\n']);
  expect(downloaded({ isTTY: true, quiet: true })).toEqual([]);
  expect(downloaded({ isTTY: false, quiet: true })).toEqual([]);
});
