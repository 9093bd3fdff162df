import { NeedlescopeError } from '../core/errors.ts';

/*
 * The notation of the patterns in `corpora/`:
 *   {name}      an entry of a list, an alternative of a rule, or a scene variable such as {hero.given}
 *   {name.ed}   the entry in another form, .s .ed .ing .en; of a rule, its last word (.s) or its first (the others), whose
 *               marks are those of an entry: "sweep/swept the {room}"
 *   {a name}    the same with `a` or `an` before it
 *   (x|y|z)     one of the alternatives, an empty one included
 *   [x]         x half of the time
 * All else is text. Choices may hold symbols and further choices.
 */
export type PatternPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'symbol'; readonly name: string; readonly article: boolean }
  | { readonly kind: 'choice'; readonly options: readonly Pattern[] };
export type Pattern = readonly PatternPart[];

/** The parts of a pattern, or `corpus_unusable` when a bracket has no partner. */
export function parsePattern(source: string): Pattern {
  const { options, end } = parseOptions(source, 0, '');
  if (end !== source.length) throw unbalanced(source);
  return options.length === 1 ? (options[0] as Pattern) : [{ kind: 'choice', options }];
}

const plainText = /[^{}()[\]|]+/y;

function parseOptions(source: string, start: number, close: string): { options: Pattern[]; end: number } {
  const options: Pattern[] = [];
  let parts: PatternPart[] = [];
  let position = start;
  while (position < source.length && source[position] !== close) {
    const mark = source[position] as string;
    if (mark === '{') {
      const end = source.indexOf('}', position);
      if (end < 0) throw unbalanced(source);
      parts.push(symbolOf(source.slice(position + 1, end)));
      position = end + 1;
    } else if (mark === '(' || mark === '[') {
      const inner = parseOptions(source, position + 1, mark === '(' ? ')' : ']');
      if (inner.end >= source.length) throw unbalanced(source);
      parts.push({ kind: 'choice', options: mark === '(' ? inner.options : [[], ...inner.options] });
      position = inner.end + 1;
    } else if (mark === '|') {
      options.push(parts);
      parts = [];
      position++;
    } else if (mark === '}' || mark === ')' || mark === ']') {
      throw unbalanced(source);
    } else {
      plainText.lastIndex = position;
      plainText.test(source);
      parts.push({ kind: 'text', text: source.slice(position, plainText.lastIndex) });
      position = plainText.lastIndex;
    }
  }
  options.push(parts);
  return { options, end: position };
}

function symbolOf(inside: string): PatternPart {
  const article = inside.startsWith('a ');
  return { kind: 'symbol', name: article ? inside.slice(2) : inside, article };
}

function unbalanced(source: string): NeedlescopeError {
  return new NeedlescopeError(
    'corpus_unusable',
    `expected balanced brackets in the pattern ${JSON.stringify(source)}`,
  );
}
