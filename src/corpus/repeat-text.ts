const copyBreak = '\n\n';

/** Characters from one copy of a repeated text to the next. */
export function repeatPeriod(text: string): number {
  return text.length + copyBreak.length;
}

/** Whole copies of `text` with a blank line between them, of at least `chars` UTF-16 units. A longer one starts with the shorter. */
export function repeatText(text: string, chars: number): string {
  const copies = Math.max(1, Math.ceil((chars + copyBreak.length) / repeatPeriod(text)));
  return (text + copyBreak).repeat(copies).slice(0, -copyBreak.length);
}
