import { isLetter } from './character-kinds.ts';

/*
 * Chinese and Japanese write no capitals: whether a sentence goes on after ！” or …… is told by the words around it.
 */

/** What is known of an end mark when Chinese or Japanese stands around it. */
export interface CjkMark {
  /** Where the sentence began, where the run of marks starts, and where what follows its closing marks does. */
  readonly start: number;
  readonly at: number;
  readonly next: number;
  readonly pause: boolean;
  /** The last closing marks: a quotation's, a title's, or none. */
  readonly closed: 'quotation' | 'title' | 'other' | null;
}

/** Whether the sentence goes on past the mark. */
export function goesOn(text: string, { start, at, next, pause, closed }: CjkMark): boolean {
  const after = text[next] ?? '';
  if ('，、；：,;:)）]—·。！？'.includes(after)) return true;
  // 《走吧！》 is the name of something that the sentence is about.
  if (closed === 'title') return isLetter(text.charCodeAt(next));
  if (closed === 'quotation' && isIntroduced(text, start, at)) return false;
  if (closed === 'quotation') return particle.test(text.slice(next, next + 2)) || isSpokenOf(text, next);
  return pause && closed === null && isPause(text, at, next);
}

/** Words that make the quotation before them part of a phrase. */
const particle =
  /^(?:[的地得是吗嗎呢吧等和]|[与與](?!其)|这[句话个样]|這[句話個樣]|と|って|は(?!い)|[がをのにもでへ])/;

/** Whether the quotation that closes here had its speaker before it: 他说：“走吧！” */
function isIntroduced(text: string, start: number, at: number): boolean {
  const first = Math.max(start, at - longestQuotation);
  for (let open = at - 1; open > first; open--) {
    const character = text[open] as string;
    if ('“‘「『"'.includes(character)) return '：，:,'.includes(text[open - 1] as string);
    if (character === '”' || character === '」') return false;
  }
  return false;
}
const longestQuotation = 200;

const clauseBreak = /[\s，。：；！？、…“”‘’「」『』"]/;
const speech =
  /(?<![小传傳听聽据據学學])[说說](?!明)|(?<![访訪疑学學])[问問](?![题題候路])|喊|嚷|吼|回答|叫道|(?<![知街味隧管频頻渠])道$|低语|低語/;
const silence = /[没沒不未无無]/;
const longestClause = 12;

/** Whether the words after a quotation tell who spoke: “走吧！”他说。 A colon says that someone else will: 她说：“好。” */
function isSpokenOf(text: string, from: number): boolean {
  let end = from;
  while (end < text.length && end - from < longestClause && !clauseBreak.test(text[end] as string)) end++;
  if (text[end] === '：' || text[end] === ':') return false;
  const clause = text.slice(from, end);
  return speech.test(clause) && !silence.test(clause);
}

/** A word or two before …… are a start that falters: “我……我不知道”. So is a start that is taken up again. */
function isPause(text: string, at: number, next: number): boolean {
  if ('都也就等的吗嗎呢吧'.includes(text[next] ?? ' ')) return true;
  let start = at;
  while (start > 0 && at - start < longestClause && !clauseBreak.test(text[start - 1] as string)) start--;
  if (at - start <= 2) return true;
  return text.slice(start, start + 2) === text.slice(next, next + 2);
}
