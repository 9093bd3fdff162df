/** An answer with its thoughts taken apart. */
export interface SplitAnswer {
  readonly text: string;
  /** null where the model did not think aloud. */
  readonly reasoning: string | null;
}

const closedBlock = /<(think|thinking)>([\s\S]*?)<\/\1>/g;
const openBlock = /(^|\n)\s*<think(?:ing)?>([\s\S]*)$/;
const orphanEnd = /^([\s\S]*?)<\/think(?:ing)?>/;

/**
 * Takes `<think>…</think>` out of an answer. A block that is never closed is all thoughts: the answer had not begun. An end
 * without a start belongs to templates that open the block in the prompt: everything before it is thoughts.
 */
export function splitThoughts(raw: string): SplitAnswer {
  const thoughts: string[] = [];
  const keep = (thought: string): string => {
    thoughts.push(thought.trim());
    return '';
  };
  let text = raw.replace(closedBlock, (_all, _tag, inside: string) => keep(inside));
  text = text.replace(orphanEnd, (_all, before: string) => keep(before));
  text = text.replace(openBlock, (_all, _start, inside: string) => keep(inside));
  // Untouched answers stay byte for byte as they came.
  return thoughts.length === 0
    ? { text: raw, reasoning: null }
    : { text: text.trim(), reasoning: joinThoughts(thoughts) };
}

/** Thoughts of several sources as one text; null where there were none. */
export function joinThoughts(parts: readonly (string | null)[]): string | null {
  const said = parts.filter((part): part is string => part !== null && part !== '');
  return said.length === 0 ? null : said.join('\n');
}
