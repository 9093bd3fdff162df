import { escapeHtml } from './html/escape.ts';

/** Side of the square in which a probed character is drawn, in pixels. */
const side = 28;
const perRow = 40;
/** A private-use character that fonts leave without a glyph: what is drawn for it stands for any missing one. */
const surelyMissing = '\u{10fffd}';

/** What stands for a sign that no font has. Letters and digits have none: without them a picture says nothing. */
const standIns: Readonly<Record<string, string>> = {
  '▲': '^',
  '▼': 'v',
  '○': 'o',
  '⊗': '(x)',
  '◇': '<>',
  '×': 'x',
  '▪': '#',
  '∗': '*',
  '◦': 'o',
  '·': '-',
  '–': '-',
  '≥': '>=',
  '…': '...',
  '（': '(',
  '）': ')',
  '：': ':',
};

/** The pixels of a drawn picture: RGBA, row after row. */
export interface Pixels {
  readonly pixels: Uint8Array;
  readonly width: number;
}

/** An SVG with each of `chars` in a square of its own, after one that surely has no glyph. */
export function probeSvg(chars: readonly string[], fontFamily: string): string {
  const all = [surelyMissing, ...chars];
  const texts = all.map((char, i) => {
    const x = (i % perRow) * side + side / 2;
    const y = Math.floor(i / perRow) * side + 20;
    return `<text x="${x}" y="${y}" text-anchor="middle">${escapeHtml(char)}</text>`;
  });
  const height = Math.ceil(all.length / perRow) * side;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${perRow * side}" height="${height}" font-size="18" font-family="${escapeHtml(fontFamily)}"><rect width="100%" height="100%" fill="#fff"/>${texts.join('')}</svg>`;
}

/** The characters of an SVG's texts that are drawn as nothing, or as what stands for a missing glyph. */
export function undrawn(svg: string, draw: (chars: readonly string[]) => Pixels): string[] {
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => plain(match[1] ?? ''));
  const chars = [...new Set(texts.join(''))].filter((char) => !/[\s\p{C}\p{M}]/u.test(char));
  // Taken apart once: resvg copies its pixels at each look.
  const { pixels, width } = draw(chars);
  const image: Pixels = { pixels, width };
  const missing = square(image, 0);
  return chars.filter((_, i) => {
    const drawn = square(image, i + 1);
    return !drawn.includes('1') || drawn === missing;
  });
}

/** A square of the probe as a string of dark and light, for comparing. */
function square({ pixels, width }: Pixels, index: number): string {
  const left = (index % perRow) * side;
  const top = Math.floor(index / perRow) * side;
  let found = '';
  for (let y = top; y < top + side; y += 1) {
    for (let x = left; x < left + side; x += 1)
      found += (pixels[(y * width + x) * 4] ?? 255) < 160 ? '1' : '0';
  }
  return found;
}

/** The letters and digits among characters. */
export function lettersIn(chars: readonly string[]): string[] {
  return chars.filter((char) => /[\p{L}\p{N}]/u.test(char));
}

/** The SVG with a stand-in for each of `missing` inside its texts; what has none stays. */
export function withStandIns(svg: string, missing: readonly string[]): string {
  if (missing.length === 0) return svg;
  return svg.replace(/(<text[^>]*>)([^<]*)(<\/text>)/g, (_, open: string, inner: string, close: string) => {
    const kept = Array.from(plain(inner), (char) =>
      missing.includes(char) ? (standIns[char] ?? char) : char,
    ).join('');
    return `${open}${escapeHtml(kept)}${close}`;
  });
}

function plain(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#39;': "'",
    '&amp;': '&',
  };
  return text.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => entities[entity] ?? entity);
}
