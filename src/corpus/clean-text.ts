import { NeedlescopeError } from '../core/errors.ts';
import { decodeText } from './decode-text.ts';
import { endlessRunAt, longestRun } from './endless-run.ts';
import { type Findings, mostSpecials, noFindings } from './findings.ts';

/** A text made fit for haystacks, and what was met on the way. */
export interface CleanText {
  readonly text: string;
  readonly findings: Findings;
}

const controls = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]/g;
/** Line breaks that not every reader takes for one: NEL, line and paragraph separator. */
const rareBreaks = /[\x85\u2028\u2029]/g;
/*
 * What no reader sees and a model reads: soft hyphens, zero-width spaces and joins, direction marks and overrides, byte order
 * marks inside a text, annotation marks, tag characters. ZWNJ and ZWJ (U+200C, U+200D) stay: scripts and emoji need them.
 */
const hidden =
  /[\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;
/** Special tokens of common chat formats. Each alternative begins with its own character and has a bounded length. */
const specials =
  /<\|[\w▁]{1,40}\|>|<｜[\w▁]{1,40}｜>|<\/?s>|<(?:bos|eos|pad|unk|mask|[se]op)>|<(?:start|end)_of_turn>|<<\/?SYS>>|\[\/?INST\]|\[(?:g|s)?MASK\]|\[(?:CLS|SEP)\]/g;

/** More control characters than one in ten: no text that a person wrote. */
const mostControls = 0.1;

/**
 * The text of a file's bytes: UTF-8 without its mark, LF line ends, control characters as spaces, nothing that a reader
 * cannot see. Text that looks like special tokens stays text. Throws `corpus_unusable` for other encodings, binary data and
 * runs of more than 4,000 characters of one kind. Linear.
 */
export function cleanText(bytes: Uint8Array, file: string): CleanText {
  let text = decodeText(bytes, file);
  const seen = census(text);
  if (seen.controls > text.length * mostControls) {
    throw new NeedlescopeError(
      'corpus_unusable',
      `expected text, but ${file} is ${Math.round((100 * seen.controls) / text.length)} % control characters`,
      { hint: 'it looks like binary data or UTF-16: leave the file out, or save it as UTF-8' },
    );
  }
  if (seen.returns > 0) text = text.replace(/\r\n?/g, '\n');
  if (seen.controls > 0) text = text.replace(controls, ' ');
  if (seen.rareBreaks > 0) text = text.replace(rareBreaks, '\n');
  if (seen.hidden > 0) text = text.replace(hidden, '');
  const run = endlessRunAt(text);
  if (run >= 0) {
    throw new NeedlescopeError(
      'corpus_unusable',
      `expected prose, but ${file} holds more than ${longestRun} characters without a break at character ${run}`,
      { hint: 'such runs stall tokenizers: remove encoded data, rulers and the like, or leave the file out' },
    );
  }
  const special = countSpecials(text);
  return {
    text,
    findings: {
      ...noFindings,
      controls: seen.controls,
      hidden: seen.hidden,
      damaged: seen.damaged,
      specials: special.count,
      firstSpecial: special.first,
    },
  };
}

interface Census {
  controls: number;
  returns: number;
  rareBreaks: number;
  hidden: number;
  damaged: number;
}

/** Counts what has to be replaced, in one pass: nearly every text has nothing, and then no pattern has to look through it. */
function census(text: string): Census {
  const seen: Census = { controls: 0, returns: 0, rareBreaks: 0, hidden: 0, damaged: 0 };
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x20 && code < 0x7f) continue;
    if (code < 0xad) {
      if (code === 0x0d) seen.returns++;
      else if (code === 0x85) seen.rareBreaks++;
      else if (code < 0xa0 && code !== 0x09 && code !== 0x0a) seen.controls++;
    } else if (code <= 0x206f) {
      if (code === 0x2028 || code === 0x2029) seen.rareBreaks++;
      else if (isHidden(code)) seen.hidden++;
    } else if (code >= 0xdb40) {
      if (code === 0xfffd) seen.damaged++;
      else if (code === 0xdb40 ? isTag(text.charCodeAt(i + 1)) : isHidden(code)) seen.hidden++;
    }
  }
  return seen;
}

/** As the pattern `hidden` has it, for single units. */
function isHidden(code: number): boolean {
  if (code <= 0x200b) return code === 0xad || code === 0x61c || code === 0x200b;
  if (code <= 0x206f) {
    return code === 0x200e || code === 0x200f || (code >= 0x202a && code <= 0x202e) || code >= 0x2060;
  }
  return code === 0xfeff || (code >= 0xfff9 && code <= 0xfffb);
}

function isTag(low: number): boolean {
  return low >= 0xdc00 && low <= 0xdc7f;
}

function countSpecials(text: string): { readonly count: number; readonly first: string | null } {
  let count = 0;
  let first: string | null = null;
  specials.lastIndex = 0;
  for (let match = specials.exec(text); match !== null && count < mostSpecials; match = specials.exec(text)) {
    first ??= match[0];
    count++;
  }
  return { count, first };
}
