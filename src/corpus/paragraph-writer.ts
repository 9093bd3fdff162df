import type { Random } from '../core/random.ts';
import { type Grammar, type Phrase, type Scene, written } from './grammar.ts';

const fewestSentences = 3;
const mostSentences = 8;

/**
 * A function that writes the next paragraph: an opening and 2 to 7 more sentences of one topic, parted by `joint`. No
 * sentence comes twice in all its paragraphs; a grammar with few sentences ends up searching for a new one without end.
 */
export function paragraphWriter(grammar: Grammar, random: Random, joint: string): () => string {
  const seen = new Set<string>();
  const sentence = (pattern: Phrase, scene: Scene): string => {
    for (;;) {
      const text = capitalised(written(pattern, random, scene));
      const before = seen.size;
      // A sentence that stood before is drawn anew: a repeated one could answer a question twice.
      if (seen.add(text).size > before) return text;
    }
  };
  return () => {
    const scene = grammar.drawScene(random);
    const topic = random.pick(grammar.topics);
    let text = sentence(random.pick(topic.openers), scene);
    const used: Phrase[] = [];
    const more = fewestSentences - 1 + random.below(mostSentences - fewestSentences + 1);
    while (used.length < more) {
      const pattern = random.pick(topic.bodies);
      if (used.includes(pattern)) continue;
      used.push(pattern);
      text += joint + sentence(pattern, scene);
    }
    return text;
  };
}

/** The sentence with its first letter as a capital, after an opening quotation mark if there is one. */
function capitalised(sentence: string): string {
  const at = sentence[0] === '"' ? 1 : 0;
  const first = sentence[at] ?? '';
  const capital = first.toUpperCase();
  return first === capital ? sentence : sentence.slice(0, at) + capital + sentence.slice(at + 1);
}
