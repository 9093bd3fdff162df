import { describe, expect, test } from 'vitest';
import { panelsOf } from '../../src/analysis/panels.ts';
import { type HistoryInput, historyOf } from '../../src/report/history.ts';
import { renderHistory } from '../../src/report/render-history.ts';
import type { Manifest } from '../../src/results/manifest.ts';
import { buildRun } from '../analysis/build-run.ts';

const lengths = [1_000, 2_000, 4_000, 8_000];

/** A run that began on this day of March, of whose answers at 8K this share is right. */
function night(day: number, share: number, more: Partial<Manifest> = {}): HistoryInput {
  const built = buildRun({
    contextLengths: lengths,
    outcome: ({ contextLength, depth }) => (contextLength < 8_000 || depth * 10 < share * 11 ? 1 : 0),
  });
  const startedAt = `2026-03-${String(day).padStart(2, '0')}T04:37:00.000Z`;
  const run = { ...built, manifest: { ...built.manifest, run: `night-${day}`, startedAt, ...more } };
  return { run, panels: panelsOf(run), link: day === 3 ? null : `night-${day}/report.html` };
}

const page = (inputs: readonly HistoryInput[], lang: 'en' | 'zh' = 'en'): string =>
  renderHistory(historyOf(inputs), { lang, generatedAt: '2026-03-09T00:00:00.000Z', toolVersion: '0.1.0' });

const nights = [night(4, 0.2), night(1, 1), night(3, 0.2), night(2, 1), night(5, 0.2)];

describe('a history', () => {
  test('stands in the order of time and marks where accuracy changed, once', () => {
    const [line, ...others] = historyOf(nights);
    expect(others).toEqual([]);
    expect(line?.points.map(({ run }) => run)).toEqual([
      'night-1',
      'night-2',
      'night-3',
      'night-4',
      'night-5',
    ]);
    expect(line?.changes).toMatchObject([{ index: 2, before: 1 }]);
    expect(line?.changes[0]?.p).toBeLessThan(0.05);
    expect(line?.points[0]).toMatchObject({ shown: 8_000, notDisproved: 8_000, regridded: false });
    expect(line?.points[4]?.shown).toBe(4_000);
  });

  test('marks nothing where nothing changed', () => {
    const [line] = historyOf([night(1, 0.9), night(2, 0.9), night(3, 0.8), night(4, 0.9)]);
    expect(line?.changes).toEqual([]);
    expect(page([night(1, 1), night(2, 1)])).toContain('no change shown over 2 runs');
  });

  test('says where another grid or text begins, whose change may not be the model’s', () => {
    const corpus = { id: 'moby-dick', language: 'en', sha256: 'x', chars: 1, origin: 'catalogue' } as const;
    const [line] = historyOf([night(1, 1), night(2, 1), night(3, 0.2, { corpus })]);
    expect(line?.points.map(({ regridded }) => regridded)).toEqual([false, false, true]);
    expect(page([night(1, 1), night(2, 1, { corpus })])).toContain('another grid from here on');
  });

  test('keeps models apart, and leaves out imported charts, which have no time', () => {
    const imported = { source: 's', format: 'f', title: null, xTitle: null, yTitle: null, note: null };
    expect(historyOf([night(1, 1, { imported })])).toEqual([]);
    expect(page([])).toContain('No measured runs.');
  });
});

describe('the page', () => {
  test('links each point to its report and draws its change', () => {
    const html = page(nights);
    expect(html).toContain('<a href="night-1/report.html"><g><title>night-1 · 2026-03-01 · 100 %');
    expect(html).not.toContain('night-3/report.html');
    expect(html.match(/class="change"/g)).toHaveLength(1);
    expect(html).toContain('changed with night-3: 100 % to 81.8 %, p = ');
    expect(html.match(/<tr>/g)).toHaveLength(6);
  });

  test('exists in both languages', () => {
    const [english, chinese] = [page(nights), page(nights, 'zh')];
    expect(english).toContain('<html lang="en">');
    expect(english).toContain('data-other="运行"');
    expect(chinese).toContain('<html lang="zh-CN">');
    expect(chinese).toContain('自 night-3 起变化：100 % 变为 81.8 %');
  });

  test('says SIMULATED across the chart, in the title and beside the name', () => {
    const simulated = nights.map((input) => ({
      ...input,
      panels: input.panels.map((panel) => ({ ...panel, model: { ...panel.model, simulated: true } })),
    }));
    expect(page(nights)).not.toContain('SIMULATED');
    const html = page(simulated);
    expect(html).toMatch(/<title[^>]*>SIMULATED · /);
    expect(html).toMatch(/<svg[^>]* aria-label="SIMULATED · /);
    expect(html).toMatch(/font-size="52"[^>]*>SIMULATED</);
    expect(html).toContain('class="badge sim"');
  });

  test('loads nothing, and runs nothing that a name brings along', () => {
    const hostile = '</title><script>alert(1)</script>"\'&';
    const named = night(1, 1, { run: hostile });
    const html = page([{ ...named, link: hostile }]);
    expect(html).not.toContain('<script>alert');
    expect(html).toMatch(
      /Content-Security-Policy" content="default-src &#39;none&#39;; script-src &#39;sha256-/,
    );
    expect(html).not.toMatch(/\b(src|href)="https?:/);
  });
});
