/** What to look for: a word of a spaced script, lower case, or a stretch of one or two ideographs. */
export interface Term {
  readonly text: string;
  /** As the question writes it: `NASA`, `iPhone`. */
  readonly spelling: string;
  readonly kind: 'word' | 'ideographs';
}

// Words that carry a question's form, not its matter, and words that name the text itself.
const functionWords = new Set(
  (
    'a an the this that these those there here it its he she they them his her their we you your i me my our us ' +
    'who whom whose what which when where why how is are was were be been being am do does did done has have had having ' +
    'can could will would shall should may might must of in on at to from by for with without into onto about as than ' +
    'and or but nor not no if then else so such some any all each every both only also just very ' +
    'please tell say says said give name find answer question according mentioned stated given provided above below ' +
    'following text document passage context based return reply'
  ).split(' '),
);

// They part the run of ideographs they stand in. Longest first, or 什么 would leave 么 behind.
const functionIdeographs = [
  ...[
    '为什么',
    '是什么',
    '根据',
    '请问',
    '告诉',
    '文中',
    '上文',
    '原文',
    '文本',
    '文章',
    '提到',
    '回答',
    '问题',
  ],
  ...['什么', '多少', '哪里', '哪个', '哪些', '怎么', '怎样', '如何', '几个', '我们', '你们'],
  ...[
    '的',
    '是',
    '了',
    '在',
    '和',
    '与',
    '及',
    '吗',
    '呢',
    '吧',
    '谁',
    '哪',
    '几',
    '请',
    '我',
    '你',
    '被',
    '把',
    '这',
    '那',
  ],
];
const functionPattern = new RegExp(functionIdeographs.join('|'), 'gu');

const ideographRun = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu;
const wordRun = /[\p{L}\p{N}]+/gu;

/** The content terms of a question, each once: its words less function words, its ideographs as overlapping pairs. */
export function questionTerms(question: string): readonly Term[] {
  const terms = new Map<string, Term>();
  const spaced = question.replace(ideographRun, (run) => {
    for (const stretch of run.replace(functionPattern, ' ').split(' ')) {
      const last = Math.max(0, stretch.length - 2);
      for (let at = 0; at <= last && stretch !== ''; at++) {
        const text = stretch.slice(at, at + 2);
        terms.set(text, { text, spelling: text, kind: 'ideographs' });
      }
    }
    return ' ';
  });
  for (const [run] of spaced.matchAll(wordRun)) {
    const text = run.toLowerCase();
    const isMatter = text.length > 1 || /\p{N}/u.test(text);
    if (isMatter && !functionWords.has(text)) terms.set(text, { text, spelling: run, kind: 'word' });
  }
  return [...terms.values()];
}
