/** One measured figure beside the bar it is held to. */
export interface Figure {
  readonly what: string;
  readonly measured: string;
  /** Empty where there is none: the figure is for the reader. */
  readonly bar: string;
  readonly met: boolean;
}

/** A figure that has to be at most `bar`. */
export function atMost(what: string, value: number, bar: number, unit = ''): Figure {
  return { what, measured: shown(value, unit), bar: `<= ${shown(bar, unit)}`, met: value <= bar };
}

/** A figure that has to be at least `bar`. */
export function atLeast(what: string, value: number, bar: number, unit = ''): Figure {
  return { what, measured: shown(value, unit), bar: `>= ${shown(bar, unit)}`, met: value >= bar };
}

/** A figure for the reader only. */
export function told(what: string, value: number, unit = ''): Figure {
  return { what, measured: shown(value, unit), bar: '', met: true };
}

/** Prints figures as they come; returns how many missed their bar. */
export function printFigures(title: string, figures: readonly Figure[]): number {
  console.log(`\n${title}`);
  for (const { what, measured, bar, met } of figures) {
    console.log(
      `  ${what.padEnd(62)} ${measured.padStart(12)}  ${bar.padEnd(14)} ${met ? '' : 'NOT MET'}`.trimEnd(),
    );
  }
  return figures.filter(({ met }) => !met).length;
}

function shown(value: number, unit: string): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  return `${value.toFixed(Number.isInteger(value) ? 0 : digits)}${unit === '' ? '' : ` ${unit}`}`;
}
