import { NeedlescopeError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import { baseForm, endings, inflect, withArticle } from './inflect.ts';
import { type Pattern, type PatternPart, parsePattern } from './pattern.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Writes one phrase: draws what is open and reads the paragraph's variables from `scene`. */
export type Phrase = (random: Random, scene: readonly string[]) => string;

/** A grammar made ready to write with. */
export interface Grammar {
  /** Draws the variables of a new paragraph. */
  drawScene(random: Random): string[];
  readonly topics: readonly { readonly openers: readonly Phrase[]; readonly bodies: readonly Phrase[] }[];
}

/** Compiles a vocabulary once into phrases; an unknown or circular symbol throws `corpus_unusable`. */
export function compileGrammar(vocabulary: Vocabulary): Grammar {
  const { grammar } = vocabulary;
  const lists = new Map(
    Object.entries({ ...vocabulary.names, ...vocabulary.words }).map(([name, lines]) => [
      name,
      lines.flatMap((line) => line.split(',')),
    ]),
  );
  const sceneNames = Object.keys(grammar.scene);
  const personNames = Object.keys(grammar.people[0] ?? {});
  const variables = [
    ...sceneNames,
    ...grammar.roles.flatMap((role) => personNames.map((name) => `${role}.${name}`)),
  ];
  const symbols = new Map<string, Phrase | null>();

  const symbol = (name: string): Phrase => {
    const known = symbols.get(name);
    if (known) return known;
    if (known === null) throw unusable(`the rule {${name}} uses itself`);
    symbols.set(name, null);
    const made = makeSymbol(name);
    symbols.set(name, made);
    return made;
  };
  const makeSymbol = (name: string): Phrase => {
    const slot = variables.indexOf(name);
    if (slot >= 0) return (_random, scene) => scene[slot] as string;
    const rule = Object.hasOwn(grammar.rules, name) ? grammar.rules[name] : undefined;
    if (rule) return oneOf(rule.map((source) => compile(parsePattern(source))));
    const [listName = '', ending] = name.split('.');
    const entries = lists.get(listName);
    const form = endings.find((known) => known === ending);
    if (!entries || (ending !== undefined && form === undefined))
      throw unusable(`no list or rule named {${name}}`);
    const words = entries.map((entry) => (form ? inflect(entry, form) : baseForm(entry)));
    return (random) => random.pick(words);
  };
  const compilePart = (part: PatternPart): Phrase => {
    if (part.kind === 'text') return () => part.text;
    if (part.kind === 'choice') return oneOf(part.options.map(compile));
    const phrase = symbol(part.name);
    return part.article ? (random, scene) => withArticle(phrase(random, scene)) : phrase;
  };
  const compile = (pattern: Pattern): Phrase => sequence(pattern.map(compilePart));
  const phrases = (sources: readonly string[]): Phrase[] =>
    sources.map((source) => compile(parsePattern(source)));

  const sceneWriters = phrases(sceneNames.map((name) => grammar.scene[name] as string));
  const personWriters = grammar.roles.map((role) =>
    grammar.people.map((kind) =>
      phrases(personNames.map((name) => (kind[name] as string).replaceAll('{.', `{${role}.`))),
    ),
  );
  const common = phrases(grammar.bodies);
  return {
    drawScene: (random) => {
      const scene: string[] = [];
      // In the order of `variables`, so that a later one may build on those before it.
      for (const write of sceneWriters) scene.push(write(random, scene));
      for (const kinds of personWriters)
        for (const write of random.pick(kinds)) scene.push(write(random, scene));
      return scene;
    },
    topics: Object.values(grammar.topics).map((topic) => ({
      openers: phrases(topic.openers),
      bodies: [...phrases(topic.bodies), ...common],
    })),
  };
}

function oneOf(options: readonly Phrase[]): Phrase {
  if (options.length === 1) return options[0] as Phrase;
  return (random, scene) => random.pick(options)(random, scene);
}

function sequence(parts: readonly Phrase[]): Phrase {
  const [first, second] = parts;
  if (first && parts.length === 1) return first;
  if (first && second && parts.length === 2)
    return (random, scene) => first(random, scene) + second(random, scene);
  return (random, scene) => {
    let text = '';
    for (let i = 0; i < parts.length; i++) text += (parts[i] as Phrase)(random, scene);
    return text;
  };
}

function unusable(message: string): NeedlescopeError {
  return new NeedlescopeError('corpus_unusable', `the generator's grammar cannot be used: ${message}`);
}
