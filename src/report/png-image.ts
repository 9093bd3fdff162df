import { readFile } from 'node:fs/promises';
import type { RenderedImage, ResvgRenderOptions } from '@resvg/resvg-js';
import { NeedlescopeError } from '../core/errors.ts';
import { escapeHtml } from './html/escape.ts';
import { fontStack } from './palette.ts';
import { lettersIn, probeSvg, undrawn, withStandIns } from './png-glyphs.ts';

/** Pictures are drawn twice as large, so that they are sharp on today's screens. */
const scale = 2;
/** Pixels along an edge that image viewers and sites still take. */
const mostPixels = 20_000;

/**
 * Families of systems with and without a desktop. Not the page's list: resvg 2.6 knows no `system-ui`, and overlooks a quoted
 * family after a comma and a space.
 */
const families =
  'Noto Sans,DejaVu Sans,Liberation Sans,Arial,Helvetica Neue,Segoe UI,Roboto,Noto Sans SC,Noto Sans CJK SC,PingFang SC,Microsoft YaHei,sans-serif';

export interface PngOptions {
  /** Absolute paths of TrueType or OpenType files to use besides the system's fonts. */
  readonly fonts: readonly string[];
}

/**
 * An SVG of ours as PNG, without a browser. Text never vanishes: throws `output_unusable` where no font has a letter or
 * digit of the picture, and where the optional package that draws is not installed; signs that no font has get a stand-in.
 */
export async function renderPng(svg: string, { fonts }: PngOptions): Promise<Uint8Array> {
  const draw = await loadDrawing(fonts);
  const own = svg.replaceAll(escapeHtml(fontStack), () => escapeHtml(families));
  const missing = undrawn(own, (chars) => draw(probeSvg(chars, families), { mode: 'original' }));
  const letters = lettersIn(missing);
  if (letters.length > 0) throw withoutFont(letters);
  const height = Number(/ height="([\d.]+)"/.exec(svg)?.[1] ?? 0);
  if (height * scale > mostPixels) {
    throw new NeedlescopeError(
      'output_unusable',
      `expected a PNG of at most ${mostPixels} pixels, got ${Math.ceil(height * scale)} of so many heatmaps`,
      { hint: 'report fewer runs in one PNG, or write --format svg or html' },
    );
  }
  return draw(withStandIns(own, missing), { mode: 'zoom', value: scale }).asPng();
}

type Draw = (svg: string, fitTo: NonNullable<ResvgRenderOptions['fitTo']>) => RenderedImage;

async function loadDrawing(fonts: readonly string[]): Promise<Draw> {
  for (const font of fonts) await checkFont(font);
  try {
    const { Resvg } = await import('@resvg/resvg-js');
    return (svg, fitTo) =>
      new Resvg(svg, {
        fitTo,
        font: { loadSystemFonts: true, fontFiles: [...fonts] },
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
