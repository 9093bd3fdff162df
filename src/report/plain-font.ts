import { plainGlyphs } from './plain-glyphs.ts';

/** The family that `plainFont` calls itself. */
export const plainFamily = 'Needlescope Plain';

const unitsPerEm = 1000;
/** Units of one step of the grid, and of a stroke's thickness. */
const step = 115;
const thickness = 84;
const sideBearing = 80;
const spaceWidth = 300;

interface Outline {
  readonly advance: number;
  /** Closed contours of four corners, clockwise. */
  readonly contours: readonly (readonly (readonly [number, number])[])[];
}

/**
 * The plain alphabet as a TrueType file (OpenType 1.9, chapters head, hhea, maxp, cmap, glyf, loca, hmtx, name, post), each
 * stroke a rectangle. Checksums are left 0: resvg reads none.
 */
export function plainFont(): Uint8Array {
  const chars = [' ', ...Object.keys(plainGlyphs)].sort((a, b) => codeOf(a) - codeOf(b));
  // Glyph 0 stands for missing characters: empty, so that they are found missing.
  const outlines: Outline[] = [
    { advance: spaceWidth, contours: [] },
    ...chars.map((char) => outlineOf(plainGlyphs[char] ?? '')),
  ];
  const glyphs = outlines.map(glyphTable);
  const offsets = [0];
  for (const glyph of glyphs) offsets.push((offsets.at(-1) ?? 0) + glyph.length);
  const tables: Readonly<Record<string, Buffer>> = {
    cmap: cmapTable(chars),
    glyf: Buffer.concat(glyphs),
    head: headTable(),
    hhea: hheaTable(outlines),
    hmtx: Buffer.concat(
      outlines.map(({ advance, contours }) => words(advance, contours.length === 0 ? 0 : sideBearing)),
    ),
    loca: Buffer.concat(offsets.map((offset) => long(offset))),
    maxp: Buffer.concat([long(0x00005000), words(outlines.length)]),
    name: nameTable(),
    post: Buffer.concat([long(0x00030000), Buffer.alloc(28)]),
  };
  return joinTables(tables);
}

const codeOf = (char: string): number => char.codePointAt(0) ?? 0;

function words(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 2);
  values.forEach((value, i) => {
    buffer.writeUInt16BE(value & 0xffff, i * 2);
  });
  return buffer;
}

function long(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

function outlineOf(strokes: string): Outline {
  if (strokes === '') return { advance: spaceWidth, contours: [] };
  const lines = strokes.split('|').map((stroke) => stroke.split(' ').map(pointOf));
  const right = Math.max(...lines.flat().map(([x]) => x));
  const contours = lines.flatMap((line) => line.slice(1).map((to, i) => rectangle(line[i] ?? to, to)));
  return { advance: right + thickness + 2 * sideBearing, contours };
}

function pointOf(text: string): readonly [number, number] {
  const [x = '0', y = '0'] = text;
  const row = y === 'a' ? -1 : y === 'b' ? -2 : Number(y);
  return [Number(x) * step, row * step];
}

/** A stroke as a rectangle that reaches half its thickness beyond both ends, so that corners are whole. */
function rectangle(
  from: readonly [number, number],
  to: readonly [number, number],
): Outline['contours'][number] {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  // Dots are a little thicker than strokes, or they are lost in small print.
  const half = (thickness / 2) * (length === 0 ? 1.35 : 1);
  const [dx, dy] = length === 0 ? [1, 0] : [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  const left = sideBearing + thickness / 2;
  const corner = (
    [x, y]: readonly [number, number],
    along: number,
    across: number,
  ): readonly [number, number] => [
    Math.round(left + x + half * (along * dx - across * dy)),
    Math.round(thickness / 2 + y + half * (along * dy + across * dx)),
  ];
  return [corner(from, -1, 1), corner(to, 1, 1), corner(to, 1, -1), corner(from, -1, -1)];
}

function glyphTable({ contours }: Outline): Buffer {
  const points = contours.flat();
  if (points.length === 0) return Buffer.alloc(0);
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const deltas = (values: readonly number[]): number[] =>
    values.map((value, i) => value - (values[i - 1] ?? 0));
  const table = Buffer.concat([
    words(contours.length, Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)),
    words(...contours.map((_, i) => i * 4 + 3), 0),
    // On the curve, both coordinates as words.
    Buffer.alloc(points.length, 1),
    words(...deltas(xs), ...deltas(ys)),
  ]);
  return Buffer.concat([table, Buffer.alloc((4 - (table.length % 4)) % 4)]);
}

/** Format 12: a group a character. */
function cmapTable(chars: readonly string[]): Buffer {
  const groups = chars.map((char, i) => Buffer.concat([long(codeOf(char)), long(codeOf(char)), long(i + 1)]));
  return Buffer.concat([
    words(0, 1, 3, 10),
    long(12),
    words(12, 0),
    long(16 + groups.length * 12),
    long(0),
    long(groups.length),
    ...groups,
  ]);
}

function headTable(): Buffer {
  return Buffer.concat([
    long(0x00010000),
    long(0x00010000),
    long(0),
    long(0x5f0f3cf5),
    words(0, unitsPerEm),
    Buffer.alloc(16),
    words(0, -2 * step, unitsPerEm, 7 * step, 0, 8, 2, 1, 0),
  ]);
}

function hheaTable(outlines: readonly Outline[]): Buffer {
  const widest = Math.max(...outlines.map(({ advance }) => advance));
  return Buffer.concat([
    long(0x00010000),
    words(8 * step, -2 * step, 0, widest, 0, 0, widest, 1, 0, 0, 0, 0, 0, 0, 0, outlines.length),
  ]);
}

function nameTable(): Buffer {
  const names: readonly (readonly [number, string])[] = [
    [1, plainFamily],
    [2, 'Regular'],
    [4, plainFamily],
    [6, plainFamily.replace(' ', '-')],
  ];
  const texts = names.map(([, text]) => Buffer.from(text, 'utf16le').swap16());
  let offset = 0;
  const records = names.map(([id], i) => {
    const { length } = texts[i] as Buffer;
    offset += length;
    return words(3, 1, 0x409, id, length, offset - length);
  });
  return Buffer.concat([words(0, names.length, 6 + names.length * 12), ...records, ...texts]);
}

function joinTables(tables: Readonly<Record<string, Buffer>>): Uint8Array {
  const tags = Object.keys(tables).sort();
  const power = 2 ** Math.floor(Math.log2(tags.length));
  const header = Buffer.concat([
    long(0x00010000),
    words(tags.length, power * 16, Math.log2(power), tags.length * 16 - power * 16),
  ]);
  const bodies = tags.map((tag) => tables[tag] as Buffer);
  const padded = bodies.map((body) => Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]));
  let offset = header.length + tags.length * 16;
  const records = tags.map((tag, i) => {
    const record = Buffer.concat([
      Buffer.from(tag),
      long(0),
      long(offset),
      long((bodies[i] as Buffer).length),
    ]);
    offset += (padded[i] as Buffer).length;
    return record;
  });
  return Buffer.concat([header, ...records, ...padded]);
}
