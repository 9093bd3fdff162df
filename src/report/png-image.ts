import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RenderedImage, ResvgRenderOptions } from '@resvg/resvg-js';
import { NeedlescopeError } from '../core/errors.ts';
import { escapeHtml } from './html/escape.ts';
import { fontStack } from './palette.ts';
import { plainFamily, plainFont } from './plain-font.ts';
import { plainGlyphs } from './plain-glyphs.ts';
import { lettersIn, probeSvg, undrawn, withStandIns } from './png-glyphs.ts';

/** Pictures are drawn twice as large, so that they are sharp on today's screens. */
const scale = 2;
/** Pixels along an edge that image viewers and sites still take. */
const mostPixels = 20_000;

/**
 * Families of systems with and without a desktop. Not the page's list: resvg 2.6 knows no `system-ui`, and overlooks a quoted
 * family after a comma and a space.
 */
const families = `Noto Sans,DejaVu Sans,Liberation Sans,Arial,Helvetica Neue,Segoe UI,Roboto,Noto Sans SC,Noto Sans CJK SC,PingFang SC,Microsoft YaHei,sans-serif,${plainFamily}`;

export interface PngOptions {
  /** Absolute paths of TrueType or OpenType files to use besides the system's fonts. */
  readonly fonts: readonly string[];
}

/**
 * An SVG of ours as PNG, without a browser. Text never vanishes: what no font has is lettered in a plain alphabet of our own, and
 * signs get a stand-in. Throws `output_unusable` where even so a letter or digit is left, such as Chinese ones without a Chinese
 * font, and where the optional package that draws is not installed; `input_unusable` for a font file that is none.
 */
export async function renderPng(svg: string, { fonts }: PngOptions): Promise<Uint8Array> {
  const height = Number(/ height="([\d.]+)"/.exec(svg)?.[1] ?? 0);
  if (height * scale > mostPixels) {
    throw new NeedlescopeError(
      'output_unusable',
      `expected a PNG of at most ${mostPixels} pixels, got ${Math.ceil(height * scale)} of so many heatmaps`,
      { hint: 'report fewer runs in one PNG, or write --format svg or html' },
    );
  }
  for (const font of fonts) await checkFont(font);
  const own = svg.replaceAll(escapeHtml(fontStack), () => escapeHtml(families));
  const found = await drawWith(own, fonts);
  if (!found.missing.some((char) => Object.hasOwn(plainGlyphs, char))) return found.png();
  const folder = await mkdtemp(join(tmpdir(), 'needlescope-font-'));
  try {
    const plain = join(folder, 'plain.ttf');
    await writeFile(plain, plainFont());
    return (await drawWith(own, [...fonts, plain])).png();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What these fonts and the system's lack of a picture, and the picture drawn with them. */
async function drawWith(
  svg: string,
  fonts: readonly string[],
): Promise<{ readonly missing: readonly string[]; png(): Uint8Array }> {
  const draw = await loadDrawing(fonts);
  const missing = undrawn(svg, (chars) => draw(probeSvg(chars, families), { mode: 'original' }));
  return {
    missing,
    png: () => {
      const letters = lettersIn(missing);
      if (letters.length > 0) throw withoutFont(letters);
      return draw(withStandIns(svg, missing), { mode: 'zoom', value: scale }).asPng();
    },
  };
}

type Draw = (svg: string, fitTo: NonNullable<ResvgRenderOptions['fitTo']>) => RenderedImage;

/** Draws SVG with these fonts, and with the system's unless `system` is false. Throws `output_unusable` without the package. */
export async function loadDrawing(
  fonts: readonly string[],
  { system = true }: { readonly system?: boolean } = {},
): Promise<Draw> {
  try {
    const { Resvg } = await import('@resvg/resvg-js');
    return (svg, fitTo) =>
      new Resvg(svg, {
        fitTo,
        font: { loadSystemFonts: system, fontFiles: [...fonts] },
        logLevel: 'off',
      }).render();
  } catch (cause) {
    throw new NeedlescopeError(
      'output_unusable',
      'expected the optional package @resvg/resvg-js, which draws PNG files, but it is not installed or does not run here',
      { hint: 'npm install @resvg/resvg-js, or write --format svg', cause },
    );
  }
}

/** How font files begin: TrueType, OpenType, collections. Resvg passes over others without a word. */
const fontMarks = ['00010000', '74727565', '4f54544f', '74746366'];

async function checkFont(path: string): Promise<void> {
  const fail = (came: string, cause?: unknown): never => {
    throw new NeedlescopeError('input_unusable', `${path}: expected a font file, ${came}`, {
      hint: 'name a TrueType or OpenType file (.ttf, .otf, .ttc) with --font',
      cause,
    });
  };
  const bytes = await readFile(path).catch((cause: unknown) => fail('found none that can be read', cause));
  if (!fontMarks.includes(bytes.subarray(0, 4).toString('hex'))) fail('got something else');
}

function withoutFont(letters: readonly string[]): NeedlescopeError {
  const shown = letters.slice(0, 12).join(' ');
  const more = letters.length > 12 ? ` and ${letters.length - 12} more` : '';
  return new NeedlescopeError(
    'output_unusable',
    `expected fonts with every letter of the picture, found none for ${shown}${more}: the text would vanish`,
    {
      hint: 'name a font with --font file.ttf, install one (Debian: apt-get install fonts-dejavu-core fonts-noto-cjk), or write --format svg',
    },
  );
}
