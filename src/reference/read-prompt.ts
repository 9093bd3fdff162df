import { questionTerms } from './question-terms.ts';
import { sentenceAt } from './sentences.ts';

/** What a prompt asks, and the text it asks about. */
export interface PromptReading {
  /** Empty where nothing is asked. */
  readonly question: string;
  readonly document: string;
  /** The unfinished last line that a completion has to go on with; empty where there is none. */
  readonly stem: string;
}

/** A prompt in three stretches: the document, and what stands around it. */
interface Parts {
  readonly head: string;
  readonly document: string;
  readonly tail: string;
  /** The document's ends were marked; without marks, head and tail are the first and last lines of the text. */
  readonly marked: boolean;
}

const edgeChars = 4_000;
const edgeLines = 3;
const edgeLineChars = 1_500;
const fences = ['"""', '```', "'''"] as const;
const questionMarks = /[?？]/g;
const questionLabel = /(?:question|问题|問題)[^\n:：?？]{0,24}[:：]\s*([^\n]+)/giu;
const answerLabel = /^\s*(?:answer|a|回答|答案|答)\s*[:：]\s*/iu;

/**
 * Finds question and document in any tool's prompt: the question is the last one after the document, else what a label
 * `Question:` names, else the first question before the document, else the first line after it. The document stands
 * between tags or fences, else is all up to the question (or from it on).
 */
export function readPrompt(text: string): PromptReading {
  const parts = partsOf(text);
  const { head, document, tail, marked } = parts;
  const stem = stemOf(tail);
  const after = lastQuestion(tail) ?? labelled(tail);
  if (after !== null) {
    const end = text.length - tail.length + after.start;
    return { question: after.question, document: marked ? document : text.slice(0, end), stem };
  }
  const before = firstQuestion(head) ?? labelled(head);
  if (before !== null) {
    return { question: before.question, document: marked ? document : text.slice(before.end), stem };
  }
  const lines = tail.split('\n').filter((line) => line.trim() !== '');
  const line = (marked ? lines[0] : lines.at(-1)) ?? '';
  const from = text.lastIndexOf(line);
  return { question: line.trim(), document: marked ? document : text.slice(0, from), stem };
}

function partsOf(text: string): Parts {
  const span = taggedSpan(text) ?? fencedSpan(text);
  if (span === null) {
    return { head: firstLines(text), document: text, tail: lastLines(text), marked: false };
  }
  return {
    head: text.slice(0, span.start),
    document: text.slice(span.start, span.end).trim(),
    tail: text.slice(span.after),
    marked: true,
  };
}

/** The inside of a pair of marks, and where the closing one ends. */
interface MarkedSpan {
  readonly start: number;
  readonly end: number;
  readonly after: number;
}

/** The longest stretch between a tag on a line of its own and its last closing tag, if it is half of the text at least. */
function taggedSpan(text: string): MarkedSpan | null {
  let longest: MarkedSpan | null = null;
  const edge = Math.max(0, text.length - edgeChars);
  for (const match of text.slice(edge).matchAll(/<\/([A-Za-z][\w-]*)>/g)) {
    const opening = `<${match[1]}>`;
    const onItsLine = text.startsWith(`${opening}\n`) ? 0 : text.indexOf(`\n${opening}\n`);
    const at = onItsLine >= 0 ? onItsLine : text.indexOf(opening);
    // A prompt that lost its beginning still ends with the closing tag: its document starts with what is left.
    const start = at < 0 ? 0 : text.indexOf('>', at) + 1;
    const end = edge + match.index;
    if (longest === null || end - start > longest.end - longest.start) {
      longest = { start, end, after: end + match[0].length };
    }
  }
  return longest !== null && longest.end - longest.start > text.length / 2 ? longest : null;
}

function fencedSpan(text: string): MarkedSpan | null {
  for (const fence of fences) {
    const end = text.lastIndexOf(fence);
    const start = end < 0 ? -1 : text.indexOf(fence) + fence.length;
    if (start >= 0 && end - start > text.length / 2) return { start, end, after: end + fence.length };
  }
  return null;
}

function firstLines(text: string): string {
  const edge = text.slice(0, edgeLineChars);
  const lines = [...edge.matchAll(/[^\n]*\S[^\n]*\n?/g)].slice(0, edgeLines);
  const last = lines.at(-1);
  return last === undefined ? edge : edge.slice(0, last.index + last[0].length);
}

function lastLines(text: string): string {
  const edge = text.slice(-edgeLineChars);
  const lines = [...edge.matchAll(/[^\n]*\S[^\n]*\n?/g)].slice(-edgeLines);
  const first = lines[0];
  return first === undefined ? edge : edge.slice(first.index);
}

interface FoundQuestion {
  readonly question: string;
  readonly start: number;
  readonly end: number;
}

function lastQuestion(text: string): FoundQuestion | null {
  return questionsIn(text).at(-1) ?? null;
}

function firstQuestion(text: string): FoundQuestion | null {
  return questionsIn(text)[0] ?? null;
}

function questionsIn(text: string): readonly FoundQuestion[] {
  return [...text.matchAll(questionMarks)].flatMap(({ index }) => {
    const { start, end } = sentenceAt(text, index);
    const question = withoutLabel(text.slice(start, end));
    return questionTerms(question).length > 0 ? [{ question, start, end }] : [];
  });
}

function labelled(text: string): FoundQuestion | null {
  const match = [...text.matchAll(questionLabel)].at(-1);
  if (match === undefined) return null;
  return { question: match[1] as string, start: match.index, end: match.index + match[0].length };
}

/** A question less the words before its last colon, where matter follows: "keep this in mind: what is …?" */
function withoutLabel(question: string): string {
  const colon = Math.max(question.lastIndexOf(': '), question.lastIndexOf('：'));
  const rest = question.slice(colon + 1).trim();
  return colon >= 0 && questionTerms(rest).length > 0 ? rest : question;
}

/** The last line where it breaks off, without `Answer:`; empty where it ends like a sentence. */
function stemOf(tail: string): string {
  const line = tail
    .slice(tail.lastIndexOf('\n') + 1)
    .replace(answerLabel, '')
    .trim();
  return /[.!?。！？:：>]["'”’」』）)]*$/u.test(line) ? '' : line;
}
