import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { panelsOf } from '../../src/analysis/panels.ts';
import { escapeHtml } from '../../src/report/html/escape.ts';
import { renderIndexPage } from '../../src/report/index-page.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { plainFamily, plainFont } from '../../src/report/plain-font.ts';
import { plainGlyphs } from '../../src/report/plain-glyphs.ts';
import { lettersIn, type Pixels, probeSvg, undrawn, withStandIns } from '../../src/report/png-glyphs.ts';
import { loadDrawing, renderPng } from '../../src/report/png-image.ts';
import { renderSvgFile } from '../../src/report/svg-file.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { writeIndex } from '../../src/report/write-index.ts';
import {
  fixtureModel,
  fixtureRun,
  fixtureView,
  importedRuns,
  mixedRun,
  simulatedRun,
} from './fixture-run.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'needlescope-forms-'));
});
afterAll(() => rm(folder, { recursive: true }));

const view = fixtureView([simulatedRun(), ...importedRuns(), mixedRun()]);
const measured = fixtureView([mixedRun()]);

describe('what a figure is stands in every form', () => {
  const forms: Readonly<Record<string, string>> = {
    svg: renderSvgFile(view, { lang: 'en' }),
    'svg zh': renderSvgFile(view, { lang: 'zh' }),
    md: renderMarkdown(view),
    terminal: renderTerminal(view.panels, { color: 'none', width: 80 }),
    index: renderIndexPage(view, { lang: 'en', report: './r.html', runReports: {} }),
  };
  test.each(Object.entries(forms))('%s', (_, form) => {
    // Once for each of four simulated panels, and in the title.
    expect(form.split('SIMULATED').length - 1).toBeGreaterThan(4);
    for (const source of ['figures/niah', 'eval_needle'])
      expect(form.replaceAll('\\_', '_')).toContain(source);
  });

  test('a terminal plot has the word inside it, not only above and below', () => {
    const lines = renderTerminal(fixtureView([simulatedRun()]).panels, { color: 'none', width: 80 }).split(
      '\n',
    );
    const stamped = lines.flatMap((line, i) =>
      line.trimStart().startsWith('SIMULATED · SIMULATED') ? [i] : [],
    );
    expect(stamped).toHaveLength(4);
    for (const i of stamped) {
      expect(lines[i - 1]).toMatch(/^ *\d+ % /);
      expect(lines[i + 1]).toMatch(/^ *\d+ % /);
    }
  });
});

describe('SVG', () => {
  const svg = renderSvgFile(view, { lang: 'en' });

  test('one picture a panel, no script, style sheet or address to fetch from', () => {
    expect(svg.match(/<svg /g)).toHaveLength(view.panels.length + 1);
    expect(svg).not.toMatch(/<script|<style|<image|href=|@import|url\((?!#)/);
    const ids = [...svg.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(ids.length).toBeGreaterThan(view.panels.length);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('each picture carries its line of method: task, n, corpus, date, version', () => {
    expect(renderSvgFile(measured, { lang: 'en' })).toContain(
      'niah_single · n = 3 · prose-en · 2026-11-01 · needlescope 0.1.0',
    );
  });

  test('names that try to leave their place stay text', () => {
    const hostile = fixtureRun({
      run: '"/><script>1</script>',
      models: [fixtureModel('</text></svg><script>alert(1)</script>$& \u202e')],
      grids: [{ contextLengths: [1000], depths: [0], trials: 1 }],
      came: () => ({ score: 1 }),
    });
    expect(renderSvgFile(fixtureView([hostile]), { lang: 'en' })).not.toContain('<script');
  });
});

test('a picture has the colours and the scale that are asked for', () => {
  const plain = renderSvgFile(measured, { lang: 'en' });
  const other = renderSvgFile(measured, { lang: 'en', style: 'accessible', scale: 'ten' });
  expect(plain).toContain('#0cd79f');
  expect(other.toLowerCase()).not.toContain('#0cd79f');
  expect(other.toLowerCase()).toContain('#fee838');
});

describe('PNG', () => {
  const svg = renderSvgFile(measured, { lang: 'en' });
  /** A drawing in which `absent` characters look as the missing one does, and `blank` ones are not there at all. */
  const drawing =
    ({ absent = '', blank = '' }: { readonly absent?: string; readonly blank?: string }) =>
    (chars: readonly string[]): Pixels => {
      const width = 40 * 28;
      const pixels = new Uint8Array(width * Math.ceil((chars.length + 1) / 40) * 28 * 4).fill(255);
      ['', ...chars].forEach((char, i) => {
        if (blank.includes(char) && char !== '') return;
        const mark = char === '' || absent.includes(char) ? 1 : (char.codePointAt(0) ?? 0) + 2;
        const left = (i % 40) * 28;
        const top = Math.floor(i / 40) * 28;
        for (let bit = 0; bit < 20; bit += 1) {
          if (((mark >> bit) & 1) === 1) pixels[((top + 5) * width + left + bit) * 4] = 0;
        }
      });
      return { pixels, width };
    };

  test('what no font has is found, whether it is drawn as a box or not at all', () => {
    expect(
      undrawn('<text x="1">aé &amp; 中</text><text>▲</text>', drawing({ absent: '中', blank: '▲&' })),
    ).toEqual(['&', '中', '▲']);
    expect(undrawn('<text>abc</text>', drawing({}))).toEqual([]);
    expect(lettersIn(['▲', '中', '7', '&'])).toEqual(['中', '7']);
    expect(withStandIns('<text>▲ over: 1 · 2 &lt;</text><path d="▲"/>', ['▲', '·'])).toBe(
      '<text>^ over: 1 - 2 &lt;</text><path d="▲"/>',
    );
    expect(probeSvg(['<'], 'Arial')).toContain('>&lt;</text>');
  });

  test('the plain alphabet is a font that draws each of its characters, and no two alike', async () => {
    const file = join(folder, 'plain.ttf');
    await writeFile(file, plainFont());
    const render = await loadDrawing([file], { system: false });
    const draw = (chars: readonly string[]): Pixels =>
      render(probeSvg(chars, plainFamily), { mode: 'original' });
    const chars = Object.keys(plainGlyphs);
    expect(chars.length).toBeGreaterThan(90);
    for (let code = 33; code < 127; code += 1) expect(chars).toContain(String.fromCharCode(code));
    const text = `<text>${chars.map(escapeHtml).join('')}中</text>`;
    expect(undrawn(text, draw)).toEqual(['中']);
    const { pixels, width } = draw(chars);
    const squares = chars.map((_, i) => {
      const place = i + 1;
      const rows = Array.from({ length: 28 }, (_row, y) => {
        const start = ((Math.floor(place / 40) * 28 + y) * width + (place % 40) * 28) * 4;
        return Buffer.from(pixels.subarray(start, start + 28 * 4)).toString('base64');
      });
      return rows.join('');
    });
    expect(new Set(squares).size).toBe(chars.length);
  });

  test('is drawn whatever fonts there are, and refused with the letters that none has', async () => {
    const bytes = Buffer.from(await renderPng(svg, { fonts: [] }));
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    const [, width = 0, height = 0] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg)?.map(Number) ?? [];
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([2 * width, Math.ceil(2 * height)]);
    const rare = svg.replaceAll('niah_single', '\u{13000}');
    await expect(renderPng(rare, { fonts: [] })).rejects.toThrow(
      /found none for \u{13000}: the text would vanish/u,
    );
  });

  test('a font file that is not there, or is none, is said', async () => {
    await writeFile(join(folder, 'not.ttf'), 'not a font');
    await expect(renderPng(svg, { fonts: [join(folder, 'not.ttf')] })).rejects.toThrow(
      /not\.ttf: expected a font/,
    );
    await expect(renderPng(svg, { fonts: [join(folder, 'no.ttf')] })).rejects.toMatchObject({
      code: 'input_unusable',
    });
  });
});

describe('Markdown', () => {
  test('stays under 1 MiB however many heatmaps there are, and says what it left out', () => {
    const models = Array.from({ length: 150 }, (_, i) => fixtureModel(`model-${i}`));
    const axis = Array.from({ length: 35 }, (_, i) => i);
    const run = fixtureRun({
      run: 'many',
      models: models.slice(0, 1),
      grids: [{ contextLengths: axis.map((i) => 1000 + i), depths: axis.map((i) => i / 34), trials: 1 }],
      came: () => ({ score: 1 }),
    });
    const one = fixtureView([run]);
    const panels = models.map((model) => ({ ...(one.panels[0] as (typeof one.panels)[number]), model }));
    const text = renderMarkdown({ ...one, panels: [...panels, ...panels] });
    expect(Buffer.byteLength(text)).toBeLessThan(1_048_576);
    expect(Buffer.byteLength(text)).toBeGreaterThan(900_000);
    expect(text).toMatch(/^\d+ of 300 heatmaps are left out to stay under 1 MiB/m);
    expect(renderMarkdown(one)).not.toContain('left out');
  });
});

describe('the terminal', () => {
  const panels = fixtureView([simulatedRun()]).panels;

  test.each([20, 34, 40, 80, 200])('plots are never wider than %i columns', (width) => {
    const lines = renderTerminal(panels, { color: 'none', width }).split('\n');
    const plots = lines.filter((line) => /^ *\d+ % /.test(line));
    expect(plots.length).toBeGreaterThan(40);
    expect(Math.max(...plots.map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  test('without colours, scores are told apart by a space however narrow it is', () => {
    for (const width of [20, 34, 40, 80]) {
      expect(renderTerminal(panels, { color: 'none', width })).not.toMatch(/\*\*|100100/);
    }
    expect(renderTerminal(panels, { color: 'none', width: 40 })).toContain('tenths of full marks');
  });

  test.each([
    ['truecolor', /\u001b\[48;2;12;215;159;/],
    // The cube's nearest to #0CD79F is (0, 215, 175).
    ['256', /\u001b\[48;5;43;38;5;16m/],
    ['16', /\u001b\[42;30m/],
  ] as const)('%s', (color, code) => {
    const text = renderTerminal(panels, { color, width: 80 });
    expect(text).toMatch(code);
    expect(text.match(/\u001b\[0m/g)?.length).toBeGreaterThan(40);
  });
});

describe('the index page', () => {
  const nightly = mixedRun();
  const later = {
    ...nightly,
    dir: join('x', 'b & c'),
    manifest: { ...nightly.manifest, run: 'later', startedAt: '2026-11-08T08:00:00.000Z' },
  };

  test('lists the runs of a model by time and links to the reports that are there', async () => {
    const runs = [later, { ...nightly, dir: join(folder, 'run #1') }];
    await mkdir(join(folder, 'run #1'));
    await writeFile(join(folder, 'run #1', 'report.html'), '');
    const report = join(folder, 'all.html');
    const input = { ...view, runs, panels: runs.flatMap(panelsOf), toolVersion: '0.1.0' };
    const path = await writeIndex({ ...input, report, lang: 'auto' });
    expect(path).toBe(join(folder, 'all-index.html'));
    const page = await readFile(path ?? '', 'utf8');
    expect(page).toContain('href="./all.html"');
    expect(page).toContain('href="./run%20%231/report.html"');
    expect(page.match(/href=/g)).toHaveLength(2);
    expect(page.indexOf('>nightly<')).toBeGreaterThan(0);
    expect(page.indexOf('>nightly<')).toBeLessThan(page.indexOf('>later<'));
    expect(page).not.toMatch(/<script|https?:/);
  });

  test('is written only where there is a history', async () => {
    const runs = [mixedRun(), ...importedRuns(), ...importedRuns()];
    const input = { ...view, runs, panels: runs.flatMap(panelsOf), toolVersion: '0.1.0' };
    expect(await writeIndex({ ...input, report: join(folder, 'one.html'), lang: 'zh' })).toBeNull();
  });
});
