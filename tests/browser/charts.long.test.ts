import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { panelsOf } from '../../src/analysis/panels.ts';
import { heatmapFigure } from '../../src/report/figure.ts';
import { heatmapGeometry } from '../../src/report/heatmap-geometry.ts';
import { lightPalette } from '../../src/report/palette.ts';
import { inStyle, type StyleName } from '../../src/report/styles.ts';
import { pictureLines, renderHeatmapSvg } from '../../src/report/svg-heatmap.ts';
import { importedRuns } from '../report/fixture-run.ts';
import { type Browser, launchChromium } from './chromium.ts';

interface Original {
  readonly file: string;
  readonly style: StyleName;
  /** Where the plot lies in the original, in its pixels. */
  readonly plot: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  };
  readonly xTicks: string;
  readonly yTicks: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly title: RegExp;
}

/** What stands in the two published pictures, read off them. */
const originals: readonly Original[] = [
  {
    file: 'deepseek-v2-base-128k',
    style: 'deepseek',
    plot: { left: 68, top: 37, right: 814, bottom: 411 },
    xTicks: '1K 12K 24K 35K 47K 58K 70K 81K 93K 104K 116K 128K',
    yTicks: '0 9 18 27 36 45 55 64 73 82 91 100',
    xTitle: 'Context Length (#Tokens)',
    yTitle: 'Document Depth Percent (%)',
    title: /^Pressure Testing DeepSeek-V2 Base 128K Context via "Needle In A HayStack"$/,
  },
  {
    file: 'glm-4-9b-chat-1m',
    style: 'glm',
    plot: { left: 63, top: 36, right: 799, bottom: 376 },
    xTicks: '8000 100360 192728 285088 377456 469816 562184 654544 746912 839272 931640 1024000',
    yTicks: '0.0 9.0 18.0 27.0 36.0 45.0 55.0 64.0 73.0 82.0 91.0 100.0',
    xTitle: 'Token Limit',
    yTitle: 'Depth Percent',
    title: /^Pressure Testing Context: Fact Retrieval Across Context Lengths \("Needle In A HayStack"\)$/,
  },
];

type Rgb = readonly [number, number, number];

/** CIE 1976 L*a*b* of an sRGB colour, D65. */
function lab(rgb: Rgb): Rgb {
  const [r, g, b] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (841 / 108) * t + 4 / 29);
  const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** A just-noticeable difference in CIE 1976 terms is 2.3 (Mahy, Van Eycken and Oosterlinck, 1994). */
const justNoticeable = 2.3;
const apart = (a: Rgb, b: Rgb): number => {
  const [p, q] = [lab(a), lab(b)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
};

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

test.each(originals)('$file stands beside the original: same ticks, labels and colours', async (original) => {
  const panel = importedRuns()
    .flatMap(panelsOf)
    .find(({ run }) => run === original.file);
  if (panel === undefined) throw new Error('no such imported chart');
  const plain = heatmapFigure(panel);
  const figure = inStyle(plain, original.style);
  expect(figure.xLabels.join(' ')).toBe(original.xTicks);
  expect(figure.yLabels.join(' ')).toBe(original.yTicks);

  const width = 900;
  const svg = renderHeatmapSvg(plain, {
    width,
    lang: 'en',
    palette: lightPalette,
    alt: '',
    standalone: true,
    style: original.style,
  });
  const geometry = heatmapGeometry(figure, width, pictureLines(figure, 'en', width));
  const picture = await readFile(join(import.meta.dirname, 'originals', `${original.file}.png`));
  const page = await browser.newPage({ viewport: { width: 1840, height: 700 } });
  await page.setContent(
    `<body style="margin:0;display:flex;gap:20px;background:#fff"><img src="data:image/png;base64,${picture.toString('base64')}" style="width:900px;align-self:start"><div style="width:900px">${svg}</div></body>`,
  );
  const texts = (await page.evaluate(
    `[...document.querySelectorAll('svg text')].map((node) => node.textContent)`,
  )) as string[];
  for (const said of [
    original.xTitle,
    original.yTitle,
    'Score',
    ...original.xTicks.split(' '),
    ...original.yTicks.split(' '),
  ])
    expect(texts).toContain(said);
  expect(texts.slice(texts.indexOf('Score') - 10, texts.indexOf('Score'))).toEqual(
    '1 2 3 4 5 6 7 8 9 10'.split(' '),
  );
  expect(texts.some((said) => original.title.test(said))).toBe(true);

  const screenshot = await page.screenshot();
  const folder = resolve('node_modules', '.cache', 'needlescope-charts');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${original.file}.png`), screenshot);
  const points: [number, number][] = [];
  const [columns, rows] = [figure.lengths.length, figure.depths.length];
  const { plot, cell } = geometry;
  for (let depth = 0; depth < rows; depth++) {
    for (let length = 0; length < columns; length++) {
      const { left, top, right, bottom } = original.plot;
      points.push(
        [left + ((length + 0.5) * (right - left)) / columns, top + ((depth + 0.5) * (bottom - top)) / rows],
        [920 + plot.left + (length + 0.5) * cell.width, plot.top + (depth + 0.5) * cell.height],
      );
    }
  }
  const colours = (await page.evaluate(
    `(async ([data, points]) => {
      const image = new Image();
      image.src = 'data:image/png;base64,' + data;
      await image.decode();
      const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      return points.map(([x, y]) => [...context.getImageData(Math.round(x), Math.round(y), 1, 1).data].slice(0, 3));
    })(${JSON.stringify([screenshot.toString('base64'), points])})`,
  )) as Rgb[];
  await page.close();
  let seen = 0;
  for (let i = 0; i < colours.length; i += 2) {
    const [theirs, ours] = [colours[i], colours[i + 1]];
    if (theirs === undefined || ours === undefined) continue;
    expect(apart(theirs, ours), `cell ${i / 2}: ${theirs} and ${ours}`).toBeLessThan(justNoticeable);
    seen += 1;
  }
  expect(seen).toBe(144);
});
