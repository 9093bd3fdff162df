import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvField, renderCsv } from '../../src/report/csv.ts';
import { escapeHtml } from '../../src/report/html/escape.ts';
import { packPage } from '../../src/report/html/pack-page.ts';
import { fromColumns, type PageColumns, pageRow, toColumns } from '../../src/report/html/page-row.ts';
import { renderHtml } from '../../src/report/html/render-html.ts';
import { escapeMarkdown, renderMarkdown } from '../../src/report/markdown.ts';
import { answerBound, clip } from '../../src/report/report-row.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { fixtureModel, fixtureRun, fixtureView, hostileAnswers, mixedRun } from './fixture-run.ts';

const assets = { plotly: { gzipBase64: '', sha256: 'x' }, script: 'void 0;' };

test('escaped HTML has no markup left', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(escapeHtml(text)).not.toMatch(/[<>"'\u0000]/);
    }),
  );
});

test('the page holds the scripts it is made of and no markup of an answer, however hostile', () => {
  const view = fixtureView([mixedRun()]);
  const html = renderHtml(view, assets);
  // Data, the page's own, one part of rows, Plotly.
  expect(html.match(/<script/g)).toHaveLength(4);
  expect(html.match(/<img|<svg onload|<iframe|<a href="[^#]/gi)).toBeNull();
  const { rows } = packPage(view, { style: 'article', scale: 'percent' });
  const answers = rows.flatMap((part) =>
    fromColumns(JSON.parse(gunzipSync(Buffer.from(part, 'base64')).toString()) as PageColumns),
  );
  expect(answers).toHaveLength(view.rows.length);
  for (const answer of hostileAnswers) {
    const row = answers.find((each) => each.answer === answer.slice(0, answerBound));
    expect(row?.answerLength ?? answer.length).toBe(answer.length);
    expect(html.includes(`data-other="${answer}`)).toBe(false);
  }
  expect(rows.every((part) => /^[A-Za-z0-9+/=]+$/.test(part))).toBe(true);
});

test('rows survive their packing in columns', () => {
  const rows = fixtureView([mixedRun()]).rows.map(pageRow);
  expect(rows.length).toBeGreaterThan(100);
  const back = fromColumns(JSON.parse(JSON.stringify(toColumns(rows))) as PageColumns);
  const known = (row: object): object =>
    Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
  expect(back.map(known)).toEqual(rows.map(known));
});

test('names of models and runs are escaped in every format', () => {
  const name = '<b>|`evil`\u001b[31m</b>';
  const run = fixtureRun({
    run: 'r<script>',
    models: [fixtureModel(name, { maker: '"><img src=x onerror=1>' })],
    grids: [{ contextLengths: [1000], depths: [0], trials: 1 }],
    came: () => ({ score: 1 }),
  });
  const view = fixtureView([run]);
  expect(renderHtml(view, assets).match(/<b>|<img|r<script>/g)).toBeNull();
  expect(renderMarkdown(view)).not.toMatch(/<b>|\u001b/);
  expect(renderTerminal(view.panels, { color: 'none', width: 80 })).not.toContain('\u001b');
});

test('Markdown text cannot leave its table cell or make a link', () => {
  expect(escapeMarkdown('a|b\n[x](y) <i> @team')).toBe('a\\|b \\[x\\](y) &lt;i&gt; @\u2060team');
});

test('a CSV field that a spreadsheet would run is made inert, and every field reads back', () => {
  for (const evil of ['=1+1', '+1', '-1', '@x', '\t=1', ' =1', '\r=1'])
    expect(csvField(evil)).toMatch(/^"?'/);
  expect(csvField('a "b", c')).toBe('"a ""b"", c"');
  expect(csvField(-1.5)).toBe('-1.5');
  const csv = renderCsv(fixtureView([mixedRun()]));
  expect(hostileAnswers.some((answer) => answer.startsWith('='))).toBe(true);
  expect(csv).toContain(`"'=HYPERLINK(""https://example.invalid/"",""x"")"`);
});

test('a cut text tells its true length and never ends in half a character', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.integer({ min: 1, max: 40 }),
      (text, bound) => {
        const cut = clip(text, bound);
        expect(cut.length).toBe(text.length);
        expect(cut.text.length).toBeLessThanOrEqual(bound);
        expect(text.startsWith(cut.text)).toBe(true);
        expect(cut.text).not.toMatch(/[\ud800-\udbff]$/);
      },
    ),
  );
});

test('a page script that would end its own element is refused', () => {
  const script = 'x = "</script>"';
  expect(() => renderHtml(fixtureView([mixedRun()]), { ...assets, script })).toThrow(/script/);
});
