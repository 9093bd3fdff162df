import { expect, test } from 'vitest';
import { noEffectiveReasons } from '../../src/analysis/no-effective-length.ts';
import { panelsOf } from '../../src/analysis/panels.ts';
import { unscoredReasons } from '../../src/core/result.ts';
import { flags } from '../../src/core/score.ts';
import { knownAnswerModels } from '../../src/models/known-answer.ts';
import { renderHtml } from '../../src/report/html/render-html.ts';
import { strings } from '../../src/report/html/strings.ts';
import { reasonIn } from '../../src/report/html/translations.ts';
import { flagMarks, marks } from '../../src/report/marks.ts';
import { verdictText } from '../../src/report/panel-text.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { fixtureView, importedRuns, mixedRun, simulatedRun } from './fixture-run.ts';

const assets = { plotly: { gzipBase64: 'QUJD', sha256: 'cGxvdGx5' }, script: 'void 0;' };
const view = fixtureView([mixedRun(), simulatedRun(), ...importedRuns()]);
const html = renderHtml(view, assets);

test('every text exists in both languages with the same variables', () => {
  const names = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
  const all = Object.entries(strings);
  expect(all.length).toBeGreaterThan(50);
  for (const [key, { en, zh }] of all) {
    expect(names(zh), key).toEqual(names(en));
    expect(zh.length * en.length, key).toBeGreaterThan(0);
  }
});

test('every sentence that ships as data has a Chinese form', () => {
  const notes = importedRuns().flatMap(({ manifest }) => manifest.imported?.note ?? []);
  const simulated = Object.values(knownAnswerModels).flatMap(({ note }) => note ?? []);
  expect(notes.length).toBeGreaterThan(0);
  expect(simulated.length).toBeGreaterThan(10);
  for (const { en, zh } of [...notes, ...simulated]) expect(zh, en).toMatch(/\p{Script=Han}/u);
  for (const reason of Object.values(noEffectiveReasons)) {
    expect(reasonIn('zh', reason)).toMatch(/\p{Script=Han}/u);
    expect(reasonIn('en', reason)).toBe(reason);
  }
});

test('every reason and flag has a mark and a name', () => {
  expect(Object.keys(marks).sort()).toEqual([...unscoredReasons, 'failed', 'missing'].sort());
  expect(Object.keys(flagMarks).sort()).toEqual([...flags].sort());
  for (const name of [...Object.keys(marks), ...Object.keys(flagMarks)]) expect(strings).toHaveProperty(name);
});

test('SIMULATED stands in title and alt text; imports name their source; previews say so', () => {
  expect(html).toMatch(/<title[^>]*>SIMULATED · Needlescope report/);
  const alts = [...html.matchAll(/role="img" aria-label="([^"]*)"/g)].map(([, alt]) => alt ?? '');
  expect(alts).toHaveLength(view.panels.length);
  alts.forEach((alt, i) => {
    expect(alt.startsWith('SIMULATED')).toBe(view.panels[i]?.model.simulated === true);
  });
  expect(html).toContain('imported: deepseek-ai/DeepSeek-V2 figures/niah.png, read off the picture');
  expect(html).toContain('errors at 35K and 104K');
  expect(html).toContain('preview only');
  const measuredOnly = renderHtml(fixtureView([mixedRun()]), assets);
  expect(measuredOnly.replace(/<script[\s\S]*/, '').replace(/<style>[\s\S]*<\/style>/, '')).not.toContain(
    'SIMULATED',
  );
});

test('a verdict is for measured models only', () => {
  const verdicts = view.panels.map((panel) => verdictText(panel, 'en'));
  expect(verdicts[0]).toMatch(
    /^my-qwen on niah_single \(bar [\d.]+ %, \d+ cells a length\): claimed 128K, .*; 5 cells failed\.$/,
  );
  expect(verdicts.slice(1).every((verdict) => verdict === null)).toBe(true);
});

test('the policy admits two scripts by hash and nothing from anywhere', () => {
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
  expect(policy).toContain('default-src &#39;none&#39;');
  expect(policy).toMatch(/script-src &#39;sha256-[\w+/=]{44}&#39; &#39;sha256-cGxvdGx5&#39;/);
  expect(policy).toContain('connect-src &#39;none&#39;');
  expect(html).not.toMatch(/(src|href)="(?!#)/);
});

test('Chinese from the start where it is asked for', () => {
  const chinese = renderHtml(view, { ...assets, lang: 'zh' });
  expect(chinese).toMatch(/<html lang="zh-CN"/);
  expect(chinese).toContain('<h1><span data-other="Needlescope report">Needlescope 报告</span></h1>');
});

test('the terminal keeps within its width and splits wide grids', () => {
  const panels = [simulatedRun()].flatMap(panelsOf);
  for (const width of [60, 80, 120]) {
    const lines = renderTerminal(panels, { color: 'none', width }).split('\n');
    const rows = lines.filter((line) => /^\s*\d+ %/.test(line));
    expect(rows.length).toBeGreaterThanOrEqual(4 * 12);
    for (const row of rows) expect(row.length).toBeLessThanOrEqual(width);
    expect(lines.filter((line) => line.startsWith('SIMULATED'))).toHaveLength(8);
  }
});
