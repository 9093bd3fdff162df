import type { Language } from '../core/language.ts';
import type { PromptMessage, Role } from '../core/sample.ts';
import type { SlicedText } from '../core/sliced-text.ts';

/** Part of every result key, by API: raise one when the same question would be asked in other words. */
export const templateVersions = { chat: 1, completions: 2 } as const;

export const questionPositions = ['after', 'before', 'both'] as const;
export type QuestionPosition = (typeof questionPositions)[number];

/** What stands before and after the haystack in the user's message. */
export interface Frame {
  readonly head: string;
  readonly tail: string;
}

interface Wording {
  readonly intro: string;
  readonly introWithQuestion: (question: string) => string;
  readonly recall: string;
  readonly rule: string;
  /** Ends in the stem, or in the label where there is none: a blank after it would be read as half a word. */
  readonly stem: (question: string, stem: string) => string;
}

const wordings: Readonly<Record<Language, Wording>> = {
  en: {
    intro: 'Below is a long text between <text> tags. After it comes one question about it.',
    introWithQuestion: (question) =>
      `Below is a long text between <text> tags. While you read it, keep this question in mind: ${question}`,
    recall: 'Now answer the question that was asked before the text.',
    rule: 'Answer in a few words, from the text above only.',
    stem: (question, stem) => `Question: ${question}\nAnswer: ${stem}`.trimEnd(),
  },
  zh: {
    intro: '下面 <text> 标签之间是一篇长文，文后有一个关于它的问题。',
    introWithQuestion: (question) => `下面 <text> 标签之间是一篇长文，请带着这个问题阅读：${question}`,
    recall: '现在请回答长文之前提出的问题。',
    rule: '请只根据上文，用几个字直接回答。',
    stem: (question, stem) => `问题：${question}\n回答：${stem}`,
  },
};

/** The frame of a chat prompt. The haystack stands on its own lines between <text> and </text>. */
export function chatFrame(options: {
  readonly language: Language;
  readonly question: string;
  readonly questionPosition: QuestionPosition;
}): Frame {
  const { language, question, questionPosition } = options;
  const words = wordings[language];
  const intro = questionPosition === 'after' ? words.intro : words.introWithQuestion(question);
  const closing = questionPosition === 'before' ? words.recall : question;
  return { head: `${intro}\n\n<text>\n`, tail: `\n</text>\n\n${closing}\n${words.rule}` };
}

/** The frame for a base model: no instruction to obey, only a text whose last line wants completing. */
export function completionFrame(options: {
  readonly language: Language;
  readonly question: string;
  readonly stem: string;
}): Frame {
  const words = wordings[options.language];
  return { head: '<text>\n', tail: `\n</text>\n\n${words.stem(options.question, options.stem)}` };
}

/** The messages as sent: the system message, where there is one, then the user's. */
export function chatMessages<Text extends string | SlicedText>(
  system: string | null,
  user: Text,
): { readonly role: Role; readonly content: string | Text }[] {
  return system === null
    ? [{ role: 'user', content: user }]
    : [
        { role: 'system', content: system },
        { role: 'user', content: user },
      ];
}

/** One text for all messages, in pieces, which `promptSha256` is taken of: their contents with a blank line between. */
export function promptPieces(messages: readonly PromptMessage[]): (string | Uint8Array)[] {
  return messages.flatMap(({ content }, index) => [
    ...(index === 0 ? [] : [between]),
    ...(typeof content === 'string' ? [content] : content.bytes()),
  ]);
}

/** UTF-16 units of that text. */
export function promptChars(messages: readonly PromptMessage[]): number {
  const contents = messages.map(({ content }) =>
    typeof content === 'string' ? content.length : content.chars,
  );
  return contents.reduce((sum, chars) => sum + chars, between.length * (messages.length - 1));
}

const between = '\n\n';
