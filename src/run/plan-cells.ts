import type { Cell } from '../core/cell.ts';
import { sha256 } from '../core/hash.ts';
import type { Language } from '../core/language.ts';
import { randomStream } from '../core/random.ts';
import type { NeedleEvidence } from '../core/sample.ts';
import { planHaystack, renderPlan } from '../haystack/plan.ts';
import type { PreparedCorpus } from '../haystack/prepare.ts';
import {
  chatFrame,
  chatMessages,
  completionFrame,
  promptText,
  type QuestionPosition,
} from '../prompt/template.ts';
import type { Task, TaskItem } from '../tasks/task.ts';
import { type CallIdentity, cellKey, promptKey } from './cell-identity.ts';
import { type HaystackMode, haystackStart } from './haystack-start.ts';
import type { BuiltPrompt, PlannedCell } from './job.ts';
import type { TemplateOverhead } from './template-overhead.ts';

/** All that turns a place in the grid into a prompt, for one model and task. */
export interface CellPlanner {
  readonly identity: CallIdentity;
  readonly model: string;
  readonly api: 'chat' | 'completions';
  readonly maxTokens: number;
  readonly overhead: TemplateOverhead;
  readonly task: { readonly id: string; readonly name: string; readonly params: unknown; readonly row: Task };
  readonly seed: number;
  readonly language: Language;
  readonly mode: HaystackMode;
  readonly generated: boolean;
  /** Begin each prompt with a line of its own, so that no server's prefix cache can serve two of them. */
  readonly salted: boolean;
  readonly prompt: { readonly system: string | null; readonly questionPosition: QuestionPosition };
  /** Made when the first prompt is built: reading a corpus costs seconds, and a plan needs none. */
  corpus(): Promise<PreparedCorpus>;
}

export interface GridShape {
  readonly contextLengths: readonly number[];
  readonly depths: readonly number[];
  readonly trials: number;
}

/** Every cell of a grid, in order of length, depth and trial, each with a few numbers and a way to make its prompt. */
export function planCells(planner: CellPlanner, grid: GridShape): PlannedCell[] {
  const cells: PlannedCell[] = [];
  for (const contextLength of grid.contextLengths) {
    for (const depth of grid.depths) {
      for (let trial = 0; trial < grid.trials; trial++) {
        const cell: Cell = { model: planner.model, task: planner.task.id, contextLength, depth, trial };
        cells.push({
          key: cellKey(planner.identity, cell),
          cell,
          promptTokens: Math.max(0, contextLength - planner.maxTokens),
          build: () => buildPrompt(planner, cell),
        });
      }
    }
  }
  return cells;
}

async function buildPrompt(planner: CellPlanner, cell: Cell): Promise<BuiltPrompt> {
  const prepared = await planner.corpus();
  const { contextLength, depth, trial } = cell;
  const { seed, language, generated, mode, task, prompt, api } = planner;
  const item = task.row.generate({
    language,
    random: randomStream(seed, 'item', task.id, contextLength, depth, trial),
    params: task.params,
    // Our own prose holds no long numbers; a user's files may.
    occurs: (text) => !generated && prepared.text.includes(text),
  });
  const system = api === 'chat' ? prompt.system : null;
  const systemTokens = system === null ? 0 : await prepared.tokenizer.count(system);
  const aside = planner.overhead.tokens() + systemTokens;
  const frame =
    api === 'chat'
      ? chatFrame({ language, question: item.question, questionPosition: prompt.questionPosition })
      : completionFrame({ language, question: item.question, stem: item.stem });
  const plan = await planHaystack(prepared, {
    budget: contextLength - planner.maxTokens - aside,
    head: salt(planner, cell) + frame.head,
    tail: frame.tail,
    needles: item.needles.map((text) => ({ text, depth })),
    start: haystackStart(prepared, { seed, mode, generated, contextLength, depth, trial }),
  });
  const text = renderPlan(plan, prepared.text);
  const messages = chatMessages(system, text);
  const whole = promptText(messages);
  const promptSha256 = sha256(whole);
  return {
    promptKey: promptKey({ name: task.name, version: task.row.version }, cell, promptSha256),
    messages,
    text,
    sample: {
      promptTokens: plan.tokens + aside,
      promptChars: whole.length,
      promptSha256,
      target: item.target,
      needles: plan.placements.map(({ requestedDepth, depth: placed, tokenOffset }) => ({
        requestedDepth,
        depth: placed,
        tokenOffset: tokenOffset + systemTokens,
      })),
      question: item.question,
      evidence: plan.placements.map((placement, index) => evidence(text, placement.charOffset, item, index)),
    },
  };
}

function salt(planner: CellPlanner, cell: Cell): string {
  if (!planner.salted) return '';
  const random = randomStream(planner.seed, 'salt', cell.task, cell.contextLength, cell.depth, cell.trial);
  return `(${random.below(0xffff_ffff).toString(36)})\n`;
}

/** Characters of text kept on either side of a needle, so that a reader sees where it lay. */
const around = 160;

function evidence(text: string, at: number, item: TaskItem, index: number): NeedleEvidence {
  const needle = item.needles[index] as string;
  return {
    before: text.slice(Math.max(0, at - around), at),
    needle,
    after: text.slice(at + needle.length, at + needle.length + around),
  };
}
