import { NeedlescopeError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import { articleOf, baseForm, type Ending, endings, inflect } from './inflect.ts';
import { type Pattern, type PatternPart, parsePattern } from './pattern.ts';
import type { Lines, Vocabulary } from './vocabulary.ts';

/**
 * Writes one phrase at the end of `out`, in pieces: draws what is open and reads the paragraph's variables from `scene`.
 * Pieces, not strings that grow: joined once per sentence they cost half the time.
 */
export type Phrase = (random: Random, scene: Scene, out: string[]) => void;

/** The variables of one paragraph. Each is drawn when a sentence first asks for it, and stays. */
export interface Scene {
  readonly drawn: (string | undefined)[];
  /** How the variables are drawn, those of each person by the kind of person drawn for this paragraph. */
  readonly writers: readonly Phrase[];
}

/** A grammar made ready to write with. */
export interface Grammar {
  /** The scene of a new paragraph. */
  drawScene(random: Random): Scene;
  readonly topics: readonly { readonly openers: readonly Phrase[]; readonly bodies: readonly Phrase[] }[];
}

/**
 * Makes a vocabulary ready to write with. Each pattern and list is made ready when it is first drawn, for a short text
 * needs few of them; one that names an unknown symbol throws `corpus_unusable` then. No rule may lead back to itself.
 */
export function compileGrammar(vocabulary: Vocabulary): Grammar {
  const { grammar } = vocabulary;
  const lists: Lines = { ...vocabulary.names, ...vocabulary.words };
  const sceneNames = Object.keys(grammar.scene);
  const personNames = Object.keys(grammar.people[0] ?? {});
  const slots = new Map(
    [...sceneNames, ...grammar.roles.flatMap((role) => personNames.map((name) => `${role}.${name}`))].map(
      (name, slot) => [name, slot],
    ),
  );
  const symbols = new Map<string, Phrase>();

  const symbol = (name: string): Phrase => {
    const known = symbols.get(name);
    if (known) return known;
    const made = makeSymbol(name);
    symbols.set(name, made);
    return made;
  };
  const makeSymbol = (name: string): Phrase => {
    const slot = slots.get(name);
    if (slot !== undefined) return variable(slot);
    const [base = '', ending] = name.split('.');
    const form = endings.find((known) => known === ending);
    if (ending !== form) throw unusable(`no form {${name}}`);
    const rule = Object.hasOwn(grammar.rules, base) ? grammar.rules[base] : undefined;
    if (rule) return oneOf(() => rule.map((source) => compile(inForm(parsePattern(source), form))));
    const lines = Object.hasOwn(lists, base) ? lists[base] : undefined;
    if (!lines) throw unusable(`no list or rule named {${name}}`);
    return oneOf(() => entriesOf(lines).map((entry) => (form ? inflect(entry, form) : baseForm(entry))));
  };
  const compilePart = (part: PatternPart): Piece => {
    if (part.kind === 'text') return part.text;
    if (part.kind === 'choice') return oneOf(() => part.options.map(compile));
    const phrase = symbol(part.name);
    return part.article ? withArticle(phrase) : phrase;
  };
  const compile = (pattern: Pattern): Piece => sequence(pattern.map(compilePart));
  const phrases = (sources: readonly string[]): Phrase[] =>
    sources.map((source) => oneOf(() => [compile(parsePattern(source))]));

  const sceneWriters = phrases(sceneNames.map((name) => grammar.scene[name] as string));
  const personWriters = grammar.roles.map((role) =>
    grammar.people.map((kind) =>
      phrases(personNames.map((name) => (kind[name] as string).replaceAll('{.', `{${role}.`))),
    ),
  );
  const common = phrases(grammar.bodies);
  return {
    drawScene: (random) => {
      const people = personWriters.map((kinds) => random.pick(kinds));
      return { drawn: [], writers: sceneWriters.concat(...people) };
    },
    topics: Object.values(grammar.topics).map(({ terms, openers, bodies }) => ({
      openers: phrases([...openers, ...framed(grammar.frames?.openers, terms)]),
      bodies: [...phrases([...bodies, ...framed(grammar.frames?.bodies, terms)]), ...common],
    })),
  };
}

/** The phrase as one string. */
export function written(phrase: Phrase, random: Random, scene: Scene): string {
  const out: string[] = [];
  phrase(random, scene, out);
  return out.join('');
}

/** The frames with a topic's terms in their places, without those that ask for a term it lacks. */
function framed(frames: readonly string[] = [], terms: Readonly<Record<string, string>> = {}): string[] {
  return frames
    .map((frame) => frame.replace(/:(\w+)/g, (mark, term: string) => terms[term] ?? mark))
    .filter((frame) => !/:\w/.test(frame));
}

function variable(slot: number): Phrase {
  return (random, scene, out) => {
    scene.drawn[slot] ??= written(scene.writers[slot] as Phrase, random, scene);
    out.push(scene.drawn[slot] as string);
  };
}

function entriesOf(lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(','));
}

/**
 * The pattern with an ending on the word that changes: a plural on its last part, a verb form on its first. Without an
 * ending the marks of that word are dropped.
 */
function inForm(pattern: Pattern, form: Ending | undefined): Pattern {
  const at = form === 's' ? pattern.length - 1 : 0;
  return pattern.map((part, i) => (i === at ? partInForm(part, form) : part));
}

function partInForm(part: PatternPart, form: Ending | undefined): PatternPart {
  if (part.kind === 'choice')
    return { kind: 'choice', options: part.options.map((option) => inForm(option, form)) };
  if (part.kind === 'text') return { ...part, text: form ? inflect(part.text, form) : baseForm(part.text) };
  return form ? { ...part, name: `${part.name}.${form}` } : part;
}

function withArticle(phrase: Phrase): Phrase {
  return (random, scene, out) => {
    const at = out.push('') - 1;
    phrase(random, scene, out);
    let first = at + 1;
    while (out[first] === '') first++;
    out[at] = articleOf(out[first] ?? '');
  };
}

/** Fixed text, or what is drawn: text needs no call, and much of a sentence is text. */
type Piece = string | Phrase;

/** One of what `options` returns, which is asked at the first draw. */
function oneOf(options: () => readonly Piece[]): Phrase {
  let made: readonly Piece[] | undefined;
  return (random, scene, out) => {
    made ??= options();
    const option = made.length === 1 ? (made[0] as Piece) : random.pick(made);
    if (typeof option === 'string') out.push(option);
    else option(random, scene, out);
  };
}

function sequence(pieces: readonly Piece[]): Piece {
  const [only] = pieces;
  if (pieces.length < 2) return only ?? '';
  return (random, scene, out) => {
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i] as Piece;
      if (typeof piece === 'string') out.push(piece);
      else piece(random, scene, out);
    }
  };
}

function unusable(message: string): NeedlescopeError {
  return new NeedlescopeError('corpus_unusable', `the generator's grammar cannot be used: ${message}`);
}
