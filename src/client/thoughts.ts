/** An answer with its thoughts taken apart. */
export interface SplitAnswer {
  readonly text: string;
  /** null where the model did not think aloud. */
  readonly reasoning: string | null;
}

/** How models mark their thoughts where no server takes them apart: `<think>` and its kin. */
const marks: readonly (readonly [opening: string, closing: string])[] = [
  ['<think>', '</think>'],
  ['<thinking>', '</thinking>'],
  ['<thought>', '</thought>'],
  ['<seed:think>', '</seed:think>'],
  ['[THINK]', '[/THINK]'],
  ['◁think▷', '◁/think▷'],
  ['<|START_THINKING|>', '<|END_THINKING|>'],
];

const patterns = marks.map(([opening, closing]) => {
  const [start, end] = [escaped(opening), escaped(closing)];
  return {
    opening,
    closing,
    closedBlock: new RegExp(`${start}([\\s\\S]*?)${end}`, 'g'),
    orphanEnd: new RegExp(`^([\\s\\S]*?)${end}`),
    openBlock: new RegExp(`(?:^|\\n)\\s*${start}([\\s\\S]*)$`),
  };
});

/**
 * Takes thoughts out of an answer. A block that is never closed is all thoughts: the answer had not begun. An end
 * without a start belongs to templates that open the block in the prompt: everything before it is thoughts.
 */
export function splitThoughts(raw: string): SplitAnswer {
  const channels = splitChannels(raw);
  if (channels !== null) return channels;
  const thoughts: string[] = [];
  const keep = (thought: string): string => {
    thoughts.push(thought.trim());
    return '';
  };
  let text = raw;
  for (const { opening, closing, closedBlock, orphanEnd, openBlock } of patterns) {
    if (text.includes(closing)) {
      text = text.replace(closedBlock, (_all, inside: string) => keep(inside));
      text = text.replace(orphanEnd, (_all, before: string) => keep(before));
    }
    if (text.includes(opening)) text = text.replace(openBlock, (_all, inside: string) => keep(inside));
  }
  // Untouched answers stay byte for byte as they came.
  return thoughts.length === 0
    ? { text: raw, reasoning: null }
    : { text: text.trim(), reasoning: joinThoughts(thoughts) };
}

const channel = /<\|channel\|>(\w+)[^<]*<\|message\|>/;
const controls = /<\|(?:start|end|return|call)\|>(?:assistant)?/g;

/**
 * gpt-oss speaks in channels, of which only `final` is the answer; without its control tokens the channels' names are left
 * standing in the text. Null where the text has no channels.
 */
function splitChannels(raw: string): SplitAnswer | null {
  const bare = /^analysis([\s\S]*?)assistantfinal([\s\S]*)$/.exec(raw);
  if (bare !== null)
    return { text: (bare[2] ?? '').trim(), reasoning: joinThoughts([(bare[1] ?? '').trim()]) };
  if (!raw.trimStart().startsWith('<|channel|>')) return null;
  // What stands before the first channel is blank; then name and content take turns.
  const pieces = raw.split(channel).slice(1);
  const said = { text: [] as string[], thoughts: [] as string[] };
  for (let i = 0; i < pieces.length; i += 2) {
    const content = (pieces[i + 1] ?? '').replace(controls, '').trim();
    said[pieces[i] === 'final' ? 'text' : 'thoughts'].push(content);
  }
  return { text: said.text.join('\n'), reasoning: joinThoughts(said.thoughts) };
}

/** Thoughts of several sources as one text; null where there were none. */
export function joinThoughts(parts: readonly (string | null)[]): string | null {
  const said = parts.filter((part): part is string => part !== null && part !== '');
  return said.length === 0 ? null : said.join('\n');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
