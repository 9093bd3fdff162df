import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Result } from '../../../src/core/result.ts';
import { readRun } from '../../../src/results/read-run.ts';
import type { Examination } from '../../../src/run/doctor/examine.ts';
import type { Diagnosis } from '../../../src/run/doctor/examine-model.ts';
import type { Finding } from '../../../src/run/doctor/finding.ts';
import { launchChromium } from '../../browser/chromium.ts';

const root = resolve(import.meta.dirname, '../../..');
const lengths = [512, 1_000, 2_000];
const depths = [0, 0.5, 1];
const tasks = ['niah_single', 'paraphrase'];

/** What `run.mjs` hands over; without it there is nothing to check, and that is a failure. */
function given(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set: start this by run.mjs`);
  return value;
}

const folder = given('NEEDLESCOPE_REAL_RUN');
const { manifest, results } = await readRun(join(root, folder));
const byFlags = await readRun(join(root, given('NEEDLESCOPE_REAL_RUN_BY_FLAGS')));
const base = await readRun(join(root, given('NEEDLESCOPE_REAL_RUN_BASE')));

/** What `doctor --json` said of one model: its findings by check, and the rest. */
async function diagnosis(file: string): Promise<{
  readonly model: Omit<Diagnosis, 'findings'>;
  readonly findings: Readonly<Record<string, Finding>>;
  readonly exit: number;
}> {
  const { models, exit } = JSON.parse(await readFile(file, 'utf8')) as Examination & { exit: number };
  const [diagnosed] = models;
  if (diagnosed === undefined || models.length !== 1) throw new Error(`${file}: expected one model`);
  const { findings, ...model } = diagnosed;
  return { model, findings: Object.fromEntries(findings.map((each) => [each.check, each])), exit };
}

const rowsOf = (task: string): Result[] => results.filter(({ cell }) => cell.task === task);
const scoresOf = (task: string): (number | undefined)[] => rowsOf(task).map(({ score }) => score?.value);

describe('a run against a real model', () => {
  test('every planned cell stands there once, and the run is finished', () => {
    const planned = tasks.flatMap((task) =>
      lengths.flatMap((length) => depths.map((depth) => `${task} ${length} ${depth}`)),
    );
    const found = results.map(({ cell }) => `${cell.task} ${cell.contextLength} ${cell.depth}`);
    expect(found.toSorted()).toEqual(planned.toSorted());
    expect(manifest).toMatchObject({ status: 'finished', plannedCells: planned.length });
  });

  test('every row is scored, in one attempt', () => {
    expect(results.length).toBeGreaterThan(0);
    expect(results.map(({ outcome, reason, attempts }) => ({ outcome, reason, attempts }))).toEqual(
      results.map(() => ({ outcome: 'scored', reason: null, attempts: 1 })),
    );
  });

  test('the server counted each prompt exactly as it was planned', () => {
    const counted = results.map(({ completion }) => completion?.usage.promptTokens);
    expect(counted.length).toBeGreaterThan(0);
    expect(counted).toEqual(results.map(({ sample }) => sample.promptTokens));
  });

  test('each prompt fills its length and leaves room for the answer', () => {
    const room = manifest.models[0]?.maxTokens ?? 0;
    expect(room).toBeGreaterThan(0);
    for (const { cell, sample } of results) {
      const whole = sample.promptTokens + room;
      expect(whole).toBeLessThanOrEqual(cell.contextLength);
      expect(whole).toBeGreaterThanOrEqual(cell.contextLength - 4);
    }
  });

  test('each score says whether the stored answer holds the target', () => {
    for (const { completion, sample, score } of results) {
      const held = sample.target.some((target) => completion?.text.includes(target));
      expect(score?.value, completion?.text).toBe(held ? 1 : 0);
    }
  });

  test('the model finds the literal needle nearly everywhere', () => {
    const found = scoresOf('niah_single').filter((score) => score === 1);
    expect(found.length).toBeGreaterThanOrEqual(lengths.length * depths.length - 2);
  });

  test('the paraphrased needle gives a mixed grid', () => {
    expect(new Set(scoresOf('paraphrase'))).toEqual(new Set([0, 1]));
  });

  test('the server’s own window stands beside the claim, and nothing is called simulated', () => {
    expect(manifest.models).toMatchObject([
      { simulated: false, windows: { claimed: 8_192, served: 8_192 }, tokenizer: { exact: true } },
    ]);
  });

  test('the same command again asks nothing', async () => {
    const before = await readFile(join(root, folder, 'results.jsonl'));
    const again = ['dist/main.js', 'run', given('NEEDLESCOPE_REAL_CONFIG'), '--out', folder, '--quiet'];
    const child = spawn(process.execPath, again, { cwd: root, stdio: 'ignore' });
    expect(await once(child, 'close')).toEqual([0, null]);
    const after = await readFile(join(root, folder, 'results.jsonl'));
    expect(after.equals(before)).toBe(true);
  });
});

describe('a base model, by the same command with `api: completions`', () => {
  test('every cell is scored, and the server counted each text exactly as it was planned, BOS included', () => {
    expect(base.results).toHaveLength(12);
    expect(base.manifest).toMatchObject({
      status: 'finished',
      models: [{ templateOverhead: 1, tokenizer: { id: 'server:gemma-3-270m', exact: true } }],
    });
    for (const { outcome, completion, sample, cell } of base.results) {
      expect(outcome).toBe('scored');
      expect(completion?.usage.promptTokens, JSON.stringify(cell)).toBe(sample.promptTokens);
    }
  });

  test('it completes the stems: the literal needle is found nearly everywhere, the paraphrased one somewhere', () => {
    const scores = (task: string): number[] =>
      base.results.filter(({ cell }) => cell.task === task).map(({ score }) => score?.value ?? 0);
    expect(scores('niah_single').filter((score) => score === 1).length).toBeGreaterThanOrEqual(5);
    expect(scores('paraphrase')).toContain(1);
  });
});

describe('doctor', () => {
  test('finds window, tokenizer and cache of the instruct model’s server, and that the plan goes beyond it', async () => {
    const { model, findings, exit } = await diagnosis(given('NEEDLESCOPE_REAL_DOCTOR'));
    expect(model).toMatchObject({
      server: 'llama.cpp',
      model: 'smollm2-135m-instruct',
      windows: { served: 8_192 },
      tokenizer: 'server:smollm2-135m-instruct',
    });
    expect(findings['tokenizer']).toMatchObject({ severity: 'ok' });
    expect(findings['tokenizer']?.message).toContain('planned = counted');
    expect(findings['template']).toMatchObject({ severity: 'ok' });
    expect(findings['usage']).toMatchObject({ severity: 'ok' });
    expect(findings['streaming']).toMatchObject({ severity: 'ok' });
    expect(findings['ttft']).toMatchObject({ severity: 'ok' });
    expect(findings['cache']?.message).toMatch(/^off/);
    expect(findings['window']).toMatchObject({
      severity: 'problem',
      fix: expect.stringContaining('-c 12000 -np 1'),
    });
    expect(findings['truncation']).toMatchObject({
      severity: 'ok',
      message: expect.stringContaining('refused'),
    });
    expect(exit).toBe(5);
  });

  test('finds a prefix cache that is on, and the window that is served beside the one claimed', async () => {
    const { model, findings, exit } = await diagnosis(given('NEEDLESCOPE_REAL_DOCTOR_BASE'));
    expect(model.windows).toEqual({ claimed: 32_768, served: 8_192 });
    expect(findings['cache']?.message).toMatch(/^on: \d{3} of/);
    expect(findings['window']).toMatchObject({ severity: 'warning' });
    expect(findings['tokenizer']).toMatchObject({ severity: 'ok' });
    expect(findings['truncation']).toMatchObject({ severity: 'ok' });
    expect(exit).toBe(0);
  });
});

describe('a run by flags alone', () => {
  const rowAt = (length: number): Result | undefined =>
    byFlags.results.find(({ cell }) => cell.contextLength === length);

  test('it finds the server’s tokenizer and plans exactly', () => {
    const row = rowAt(512);
    expect(row).toMatchObject({ outcome: 'scored' });
    expect(row?.completion?.usage.promptTokens).toBe(row?.sample.promptTokens);
    expect(byFlags.manifest.models).toMatchObject([
      { tokenizer: { exact: true }, windows: { served: 8_192 } },
    ]);
  });

  test('a length beyond the window is refused by the server and kept as overflow, not as a wrong answer', () => {
    const row = rowAt(12_000);
    expect(row).toMatchObject({ outcome: 'unscored', reason: 'overflow', score: null });
    // One model is served, and nobody named it: it is found, and so is the window that the refusal names.
    expect(byFlags.manifest.models).toMatchObject([
      { model: 'smollm2-135m-instruct', windows: { served: 8_192 } },
    ]);
    // The refusal names the server's own count.
    expect(row?.error?.message).toContain(`(${row?.sample.promptTokens} tokens)`);
  });
});

test('the report opens in Chromium with the numbers of results.jsonl', { timeout: 180_000 }, async () => {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const trouble: string[] = [];
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') trouble.push(message.text());
    });
    page.on('request', (request) => {
      if (/^(https?|wss?):/.test(request.url())) trouble.push(`asked for ${request.url()}`);
    });
    const url = pathToFileURL(join(root, folder, 'report.html')).href;
    await page.goto(url);

    for (const task of tasks) {
      const panel = page.locator('.panel').filter({ has: page.locator('.task', { hasText: task }) });
      const chart = panel.locator('.js-plotly-plot');
      await chart.waitFor();
      // One row of cells for each depth, 0 % on top; one column for each length.
      const wanted = depths.map((depth) =>
        lengths.map(
          (length) =>
            rowsOf(task).find(({ cell }) => cell.contextLength === length && cell.depth === depth)?.score
              ?.value,
        ),
      );
      const cells = panel.locator('table.scores tbody td');
      const table = (await cells.allTextContents()).map((text) => (text === '' ? null : Number(text) / 100));
      expect(table, `${task}, table`).toEqual(wanted.flat());
      const drawn = await chart.evaluate(
        (plot) => (plot as unknown as { data: { z: number[][] }[] }).data[0]?.z,
      );
      expect(drawn, `${task}, chart`).toEqual(wanted);
    }

    for (const row of [
      rowsOf('niah_single')[0],
      rowsOf('paraphrase').find(({ score }) => score?.value === 0),
    ]) {
      await page.goto('about:blank');
      await page.goto(`${url}#cell=${row?.key}`);
      expect(await page.locator('#answer').textContent()).toBe(row?.completion?.text);
    }
    expect(trouble).toEqual([]);
  } finally {
    await browser.close();
  }
});
