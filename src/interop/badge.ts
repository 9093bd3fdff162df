import { type CiReport, countsText } from './ci-report.ts';
import { escapeXml, escapeXmlAttribute } from './xml.ts';

const colours: Readonly<Record<CiReport['outcome'], { readonly hex: string; readonly shields: string }>> = {
  passed: { hex: '#2f7d4f', shields: 'brightgreen' },
  failed: { hex: '#b3362b', shields: 'red' },
  error: { hex: '#8a6100', shields: 'yellow' },
  skipped: { hex: '#59636e', shields: 'lightgrey' },
};

/** Label and message: the bracket of a single model on a single task, else how the rules ended. */
function badgeTexts(report: CiReport): { readonly label: string; readonly message: string } {
  const label = report.simulated ? 'needlescope · SIMULATED' : 'needlescope';
  const [row, ...others] = report.rows;
  if (row === undefined || others.length > 0) return { label, message: countsText(report) };
  return { label, message: `shown ${row.shown} · not disproved ${row.notDisproved}` };
}

/** The badge as Shields' endpoint reads it. */
export function renderShieldsJson(report: CiReport): string {
  const { label, message } = badgeTexts(report);
  const { shields } = colours[report.outcome];
  return `${JSON.stringify({ schemaVersion: 1, label, message, color: shields })}\n`;
}

/** The badge as an SVG that needs no fonts of its own and no network. */
export function renderBadgeSvg(report: CiReport): string {
  const { label, message } = badgeTexts(report);
  const left = widthOf(label) + 12;
  const right = widthOf(message) + 12;
  const { hex } = colours[report.outcome];
  const title = escapeXmlAttribute(`${label}: ${message}`);
  const text = (words: string, middle: number): string =>
    `<text x="${middle}" y="14" textLength="${widthOf(words)}" lengthAdjust="spacingAndGlyphs">${escapeXml(words)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${title}">`,
    `<title>${title}</title>`,
    `<clipPath id="r"><rect width="${left + right}" height="20" rx="3"/></clipPath>`,
    `<g clip-path="url(#r)"><rect width="${left}" height="20" fill="#3a4149"/><rect x="${left}" width="${right}" height="20" fill="${hex}"/></g>`,
    '<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,Noto Sans CJK SC,sans-serif" font-size="11">',
    text(label, left / 2),
    text(message, left + right / 2),
    '</g></svg>\n',
  ].join('');
}

/** About how wide a text is at 11 px; `textLength` then makes it so. East Asian letters are square. */
function widthOf(text: string): number {
  let width = 0;
  for (const letter of text)
    width += (letter.codePointAt(0) ?? 0) > 0x2e7f ? 11 : /[A-Z]/.test(letter) ? 8 : 6.5;
  return Math.ceil(width);
}
