import { randomStream } from '../../src/core/random.ts';

/**
 * Text with all that makes seams hard: quotes, abbreviations, decimals, lists, code, blank lines, emoji, mixed scripts. Made
 * here so that the planner is tested on more than the smooth prose of our own corpora.
 */
export function roughText(language: 'en' | 'zh', sentences: number, seed = 1): string {
  const random = randomStream(seed, 'rough', language);
  const words =
    language === 'en'
      ? "the a river don't it's we'll Mr. e.g. tower 3.14 1,204 naïve café walked http://x.y/z over_and under-way I'M COBALT grey (quiet) 'tis 50% foo() #tag émigré".split(
          ' ',
        )
      : '河 流 城市 灯塔 他们 说 “好” 一个 12 公里 走过 的 了 在 Node.js 春天 《旧事》 慢慢 ——  3.5 人 、 而 且'.split(
          / /,
        );
  const ends =
    language === 'en'
      ? ['.', '.', '.', '!', '?', '."', '.”', '.)', '...']
      : ['。', '。', '！', '？', '。”', '……', '；'];
  let text = '';
  for (let i = 0; i < sentences; i++) {
    const length = 3 + random.below(18);
    const parts: string[] = [];
    for (let w = 0; w < length; w++) parts.push(random.pick(words));
    const joined = language === 'en' ? parts.join(random.below(12) === 0 ? ', ' : ' ') : parts.join('');
    text += (language === 'en' ? joined[0]?.toUpperCase() + joined.slice(1) : joined) + random.pick(ends);
    const roll = random.below(30);
    if (roll < 3) text += '\n\n';
    else if (roll === 3) text += '\n- item one\n- item two\n';
    else if (roll === 4) text += '\n```js\nconst a = 1; // x\n\treturn a;\n```\n\n';
    else if (roll === 5) text += ' 🙂👩‍👩‍👧 ';
    else if (roll === 6) text += '\n/path\n \n';
    else if (language === 'en') text += ' ';
  }
  return text;
}
