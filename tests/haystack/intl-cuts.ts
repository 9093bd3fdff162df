/**
 * A cutter made of Intl.Segmenter, with its sentences moved to our convention: white space behind a sentence belongs to the
 * next one, line breaks to the one before.
 */
export function intlCuts(locale: string): (text: string) => number[] {
  const segmenter = new Intl.Segmenter(locale, { granularity: 'sentence' });
  return (text) => {
    const cuts = [0];
    for (const { index, segment } of segmenter.segment(text)) {
      const space = /\s*$/.exec(segment)?.[0] ?? '';
      const breaks = Math.max(...['\n', '\u2028', '\u2029'].map((mark) => space.lastIndexOf(mark)));
      cuts.push(index + segment.length - space.length + breaks + 1);
    }
    cuts.push(text.length);
    return cuts;
  };
}

/** The same, told beforehand that a single line break is a space: the best that can be made of it for wrapped texts. */
export function intlCutsUnwrapped(locale: string): (text: string) => number[] {
  const cuts = intlCuts(locale);
  return (text) => {
    const unwrapped = text.replace(/(?<!\n)\n(?!\n)/g, ' ');
    return cuts(unwrapped).map((cut) => (text[cut] === '\n' && text[cut + 1] !== '\n' ? cut + 1 : cut));
  };
}
