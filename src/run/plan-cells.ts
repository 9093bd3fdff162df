import type { Cell } from '../core/cell.ts';
import { sha256OfAll } from '../core/hash.ts';
import type { Language } from '../core/language.ts';
import { randomStream } from '../core/random.ts';
import type { Sample } from '../core/sample.ts';
import { occurrencesIn } from '../corpus/occurrences.ts';
import type { Needle } from '../haystack/needle-cuts.ts';
import { planText, textBetween } from '../haystack/parts.ts';
import { planHaystack } from '../haystack/plan.ts';
import type { PreparedCorpus } from '../haystack/prepare.ts';
import {
  chatFrame,
  chatMessages,
  completionFrame,
  promptChars,
  promptPieces,
  type QuestionPosition,
} from '../prompt/template.ts';
import type { Task } from '../tasks/task.ts';
import type { LearningScale } from '../tokenizer/calibration.ts';
import { type CallIdentity, cellKeys, promptKey } from './cell-identity.ts';
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
  /** Where tokens are estimates: how the model's follow from the stand-in's. Null: they are counted. */
  readonly scale: Pick<LearningScale, 'now'> | null;
  readonly task: { readonly id: string; readonly name: string; readonly params: unknown; readonly row: Task };
  readonly seed: number;
  readonly language: Language;
  readonly mode: HaystackMode;
  /** Whether the corpus is as long as the grid wants it. */
  readonly endless: boolean;
  /** Begin each prompt with a line of its own, so that no server's prefix cache can serve two of them. */
  readonly salted: boolean;
  readonly prompt: { readonly system: string | null; readonly questionPosition: QuestionPosition };
  /** Made when the first prompt is built: reading a corpus costs seconds, and a plan needs none. */
  corpus(): Promise<PreparedCorpus>;
}

/** Whether a value stands in a text, for each text once. */
const occurrences = new WeakMap<PreparedCorpus, (value: string) => boolean>();

/** Whether `value` stands in the corpus. */
export function occursIn(prepared: PreparedCorpus, value: string): boolean {
  const known = occurrences.get(prepared) ?? occurrencesIn(prepared.text);
  occurrences.set(prepared, known);
  return known(value);
}

export interface GridShape {
  readonly contextLengths: readonly number[];
  readonly depths: readonly number[];
  readonly trials: number;
}

/** Every cell of a grid, in order of length, depth and trial, each with a few numbers and a way to make its prompt. */
export function planCells(planner: CellPlanner, grid: GridShape): PlannedCell[] {
  const cells: PlannedCell[] = [];
  const keyOf = cellKeys(planner.identity);
  for (const contextLength of grid.contextLengths) {
    for (const depth of grid.depths) {
      for (let trial = 0; trial < grid.trials; trial++) {
        const cell: Cell = { model: planner.model, task: planner.task.id, contextLength, depth, trial };
        cells.push({
          key: keyOf(cell),
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
  const { seed, language, endless, mode, task, prompt, api } = planner;
  const item = task.row.generate({
    language,
    random: randomStream(seed, 'item', task.id, contextLength, depth, trial),
    depth,
    params: task.params,
    occurs: (value) => occursIn(prepared, value),
  });
  const { system, systemTokens, overhead, estimate, scale, budget } = await roomOf(planner, {
    prepared,
    contextLength,
  });
  const frame =
    api === 'chat'
      ? chatFrame({ language, question: item.question, questionPosition: prompt.questionPosition })
      : completionFrame({ language, question: item.question, stem: item.stem });
  const plan = await planHaystack(prepared, {
    budget,
    head: salt(planner, cell) + frame.head,
    tail: frame.tail,
    needles: item.needles,
    start: haystackStart(prepared, { seed, mode, endless, contextLength, depth, trial }),
  });
  const text = planText(plan, prepared);
  const messages = chatMessages(system, text);
  const promptSha256 = sha256OfAll(promptPieces(messages));
  return {
    promptKey: promptKey({ name: task.name, version: task.row.version }, cell, promptSha256),
    messages,
    text,
    sample: {
      promptTokens: Math.round((plan.tokens + systemTokens) * scale) + overhead,
      ...(estimate === null ? {} : { tokenEstimate: estimate }),
      promptChars: promptChars(messages),
      promptSha256,
      target: item.target,
      needles: plan.placements.map(({ requestedDepth, depth: placed, tokenOffset }) => ({
        requestedDepth,
        depth: placed,
        tokenOffset: Math.round((tokenOffset + systemTokens) * scale),
      })),
      question: item.question,
      evidence: plan.placements.map(({ charOffset }, index) => {
        const needle = (item.needles[index] as Needle).text.toWellFormed();
        const end = charOffset + needle.length;
        return {
          before: textBetween(plan, prepared.text, { from: charOffset - around, to: charOffset }),
          needle,
          after: textBetween(plan, prepared.text, { from: end, to: end + around }),
        };
      }),
    },
  };
}

/** What the text of a prompt of `contextLength` may hold, and what it is counted with. */
export async function roomOf(
  planner: Pick<CellPlanner, 'api' | 'prompt' | 'overhead' | 'scale' | 'maxTokens'>,
  { prepared, contextLength }: { readonly prepared: PreparedCorpus; readonly contextLength: number },
): Promise<Room> {
  const system = planner.api === 'chat' ? planner.prompt.system : null;
  const systemTokens = system === null ? 0 : await prepared.count(system);
  const overhead = planner.overhead.tokens();
  const estimate = planner.scale?.now() ?? null;
  const { scale, error } = estimate ?? exactly;
  // An estimate plans short by its own error, so that the length is kept all the same.
  const room = Math.floor((contextLength - planner.maxTokens - overhead) / (scale * (1 + error)));
  return { system, systemTokens, overhead, estimate, scale, budget: room - systemTokens };
}

interface Room {
  /** null: none is sent. */
  readonly system: string | null;
  readonly systemTokens: number;
  readonly overhead: number;
  readonly estimate: NonNullable<Sample['tokenEstimate']> | null;
  /** The model's tokens for one of the tokenizer's. */
  readonly scale: number;
  /** The tokenizer's tokens for the user's message. */
  readonly budget: number;
}

function salt(planner: CellPlanner, cell: Cell): string {
  if (!planner.salted) return '';
  const random = randomStream(planner.seed, 'salt', cell.task, cell.contextLength, cell.depth, cell.trial);
  return `(${random.below(0xffff_ffff).toString(36)})\n`;
}

const exactly = { scale: 1, error: 0 };

/** Characters of text kept on either side of a needle, so that a reader sees where it lay. */
const around = 160;
