import { z } from 'zod';
import { NeedlescopeError } from '../core/errors.ts';
import type { Language } from '../core/language.ts';
import type { Random } from '../core/random.ts';
import { codeNames } from './code-names.ts';
import { defineTask, type TaskItem } from './task.ts';

const params = z.strictObject({
  needle: z.string().min(1).optional().describe('The sentence to hide.'),
  question: z.string().min(1).optional().describe('What is asked about it.'),
  answers: z.array(z.string().min(1)).min(1).optional().describe('Accepted answers; one of them is enough.'),
  stem: z.string().min(1).optional().describe('The beginning of the answer, for base models to complete.'),
});

/**
 * One fact, one question: the classic test. By default a new key and a new 7-digit value for every cell (the
 * number format of RULER's NIAH tasks, in our own words), so that nothing can be remembered from a training set.
 */
export const niahSingle = defineTask({
  summary: 'One sentence hidden in the text, one question about it.',
  version: 1,
  scorer: 'includes',
  params,
  generate: ({ language, random, depth, params: own, occurs }): TaskItem => {
    if (own.needle !== undefined && own.question !== undefined && own.answers !== undefined) {
      return {
        needles: [{ text: own.needle, depth }],
        question: own.question,
        stem: own.stem?.trim() ?? '',
        target: own.answers,
      };
    }
    const name = codeName(language, random);
    const value = freshValue(random, occurs);
    return language === 'zh'
      ? {
          needles: [{ text: `${name}的通行码是${value}。`, depth }],
          question: `${name}的通行码是多少？`,
          stem: `${name}的通行码是`,
          target: [value],
        }
      : {
          needles: [{ text: `The access code for the ${name} is ${value}.`, depth }],
          question: `What is the access code for the ${name}?`,
          stem: `The access code for the ${name} is`,
          target: [value],
        };
  },
});

function codeName(language: Language, random: Random): string {
  const { qualities, things } = codeNames[language];
  const quality = random.pick(qualities);
  return language === 'zh' ? quality + random.pick(things) : `${quality} ${random.pick(things)}`;
}

/** A 7-digit number that does not stand in the corpus. */
function freshValue(random: Random, occurs: (text: string) => boolean): string {
  for (let tries = 0; tries < 50; tries++) {
    const value = String(1_000_000 + random.below(9_000_000));
    if (!occurs(value)) return value;
  }
  throw new NeedlescopeError('corpus_unusable', 'the corpus holds nearly every 7-digit number', {
    hint: 'use a corpus of prose, or a needle of your own (tasks: needle, question, answers)',
  });
}
