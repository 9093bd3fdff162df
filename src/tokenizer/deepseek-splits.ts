/*
 * DeepSeek-V3 and R1 split three times: runs of digits, then kana and Han, then words of the rest. tiktoken takes one expression, which
 * comes to the same: no class of the third split may take from the first two; spaces before these stand at the end of a stretch, so they
 * stay together; and what the third leaves over (control characters and the like, but the one right before letters) is a word of its own.
 */
const digits = String.raw`\p{N}{1,3}`;
const kanaAndHan = '一-龥\u3040-ゟ゠-ヿ';
const asciiWord = '[!"#$%&\'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+';

/** The three expressions as `tokenizer.json` spells them, line breaks as escapes. */
export const deepseekSplits = [
  digits,
  `[${kanaAndHan}]+`,
  String.raw`${asciiWord}|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
] as const;

const letters = String.raw`[\p{L}\p{M}&&[^${kanaAndHan}]]`;
const marks = String.raw`[\p{P}\p{S}&&[^${kanaAndHan}]]`;
const leftOver = String.raw`[^\s\p{L}\p{M}\p{N}\p{P}\p{S}${kanaAndHan}]`;

/** The three in one. */
export const deepseekRegex = [
  digits,
  `[${kanaAndHan}]+`,
  asciiWord,
  String.raw`[^\r\n\p{L}\p{P}\p{S}\p{N}${kanaAndHan}]?${letters}+`,
  String.raw` ?${marks}+[\r\n]*`,
  String.raw`\s*[\r\n]+`,
  String.raw`\s+(?![^\s\p{N}${kanaAndHan}])`,
  String.raw`\s+`,
  `(?:${leftOver}(?!${letters}))+`,
].join('|');
