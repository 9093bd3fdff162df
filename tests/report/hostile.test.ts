import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvField, renderCsv } from '../../src/report/csv.ts';
import { escapeHtml, scriptJson } from '../../src/report/html/escape.ts';
import { renderHtml } from '../../src/report/html/render-html.ts';
import { escapeMarkdown, renderMarkdown } from '../../src/report/markdown.ts';
import { answerBound, clip } from '../../src/report/report-row.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { fixtureModel, fixtureRun, fixtureView, hostileAnswers, mixedRun } from './fixture-run.ts';

const assets = { plotly: { gzipBase64: '', sha256: 'x' }, script: 'void 0;' };

test('embedded JSON holds nothing that ends a script and reads back as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
      const written = scriptJson({ value, text, evil: '</script><!--<script>\u2028\u2029' });
      expect(written).not.toMatch(/[<\u2028\u2029]/);
      expect(JSON.parse(written)).toEqual(
        JSON.parse(JSON.stringify({ value, text, evil: '</script><!--<script>\u2028\u2029' })),
      );
    }),
  );
});

test('escaped HTML has no markup left', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(escapeHtml(text)).not.toMatch(/[<>"'\u0000]/);
    }),
  );
});

test('the page has three scripts and no markup of an answer, however hostile', () => {
  const html = renderHtml(fixtureView([mixedRun()]), assets);
  expect(html.match(/<script/g)).toHaveLength(3);
  expect(html.match(/<img|<svg onload|<iframe|<a href="[^#]/gi)).toBeNull();
  expect(html.includes('x'.repeat(answerBound))).toBe(true);
  expect(html.includes('x'.repeat(answerBound + 1))).toBe(false);
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
