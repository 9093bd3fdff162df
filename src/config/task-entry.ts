import { z } from 'zod';
import { type TaskName, tasks } from '../tasks/tasks.ts';
import { key } from './key.ts';
import { label } from './model-entry.ts';

const taskNames = Object.keys(tasks) as TaskName[];
const ownNeedleKeys = ['needle', 'question', 'answers'] as const;

const bar = z.union([
  z.number().gt(0).max(1),
  z.strictObject({
    relative: key(z.number().gt(0).max(1), {
      description: "A share of the model's own score at short lengths.",
      expected: 'a fraction from 0 to 1',
    }),
  }),
  z.strictObject({
    allDepths: key(z.number().gt(0).max(1), {
      description: 'A bar that each depth of a length must hold by itself.',
      expected: 'a fraction from 0 to 1',
    }),
  }),
]);
/** The score a length must hold: absolute, or relative to the model's own score at short lengths. */
export type Bar = z.output<typeof bar>;

/** One task of the config: what all tasks share, and the task's own parameters beside it. */
export type TaskEntry = {
  readonly name: TaskName;
  readonly id?: string | undefined;
  readonly bar?: Bar | undefined;
} & { readonly [parameter: string]: unknown };

function entryOf(name: TaskName) {
  const params: z.ZodType = tasks[name].params;
  return z
    .strictObject({
      name: key(z.literal(name), {
        description: 'A row of the task table.',
        expected: `a task (${taskNames.join(', ')})`,
        example: name,
        candidates: taskNames,
      }),
      id: key(label, {
        description: 'The label in results; needed where one task stands twice.',
        expected: 'one line of text',
      }).optional(),
      bar: key(bar, {
        description:
          'The score a length must hold: a fraction, {relative: 0.85} of the base, or {allDepths: 0.8}.',
        expected: 'a fraction from 0 to 1, {relative: 0.85} or {allDepths: 0.8}',
      }).optional(),
      ...(params instanceof z.ZodObject ? (params.shape as z.ZodRawShape) : {}),
    })
    .superRefine((entry, context) => {
      const given = ownNeedleKeys.filter((each) => Object.hasOwn(entry, each));
      const absent = given.length === 0 ? [] : ownNeedleKeys.filter((each) => !given.includes(each));
      for (const each of absent) {
        context.addIssue({
          code: 'custom',
          path: [each],
          message: `expected ${each} too (needle, question and answers go together), got nothing`,
        });
      }
    });
}

const [first, ...others] = taskNames.map(entryOf);

/** An entry of `tasks`: strict for each task, so that a parameter of another one is an error. */
export const taskEntry = key(
  z.discriminatedUnion('name', [first, ...others] as [ReturnType<typeof entryOf>]),
  {
    description: 'A task, with parameters of its own.',
    expected: 'a task with its name',
    example: {
      name: 'niah_single',
      id: 'my-needle',
      needle: 'The spare key hangs behind the blue clock.',
      question: 'Where does the spare key hang?',
      answers: ['blue clock'],
    },
  },
) as unknown as z.ZodType<TaskEntry>;
