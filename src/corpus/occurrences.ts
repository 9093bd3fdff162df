/** Shorter ones are so common that a list of them would be as long as the text. */
const longNumber = /\d{5,}/g;

/**
 * A test of whether a value stands in `text`. Long numbers, which most values are, are looked up among the text's own, collected once: a
 * cell must not cost a walk through 20 MB.
 */
export function occurrencesIn(text: string): (value: string) => boolean {
  let numbers: string | null = null;
  return (value) => {
    if (!/^\d{5,}$/.test(value)) return text.includes(value);
    numbers ??= (text.match(longNumber) ?? []).join(' ');
    return numbers.includes(value);
  };
}
