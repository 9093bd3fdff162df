import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashOf, sha256 } from '../../src/core/hash.ts';
import type { Tokenizer } from '../../src/core/tokenizer.ts';
import { generateProse } from '../../src/corpus/generate.ts';
import { prepareCorpus } from '../../src/haystack/prepare.ts';
import { identityChanges } from '../../src/run/cell-identity.ts';
import { corpusTokensNeeded, haystackStart } from '../../src/run/haystack-start.ts';
import { orderCells } from '../../src/run/order-cells.ts';
import { type CellPlanner, type GridShape, planCells } from '../../src/run/plan-cells.ts';
import { templateOverhead } from '../../src/run/template-overhead.ts';
import type { Task } from '../../src/tasks/task.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { loadTiktoken } from '../../src/tokenizer/tiktoken.ts';
import { roughText } from '../haystack/rough-text.ts';

const tokenizer: Tokenizer = await loadTiktoken('o200k_base');
const prepared = await prepareCorpus(roughText('en', 6_000), tokenizer);

const identity = {
  model: { id: 'm' },
  task: { name: 'niah_single' },
  prompt: { system: null },
  haystack: { corpus: 'c' },
  seed: 7,
};
const planner = (over: Partial<CellPlanner> = {}): CellPlanner => ({
  identity,
  model: 'm',
  api: 'chat',
  maxTokens: 128,
  overhead: templateOverhead(8),
  scale: null,
  task: { id: 'niah_single', name: 'niah_single', params: {}, row: tasks.niah_single as Task },
  seed: 7,
  language: 'en',
  mode: 'fresh',
  endless: true,
  salted: false,
  prompt: { system: null, questionPosition: 'after' },
  corpus: async () => prepared,
  ...over,
});
const grid: GridShape = { contextLengths: [1_000, 4_000], depths: [0, 0.5, 1], trials: 2 };

test('each cell: within its length, counted exactly, its needle where the row says', async () => {
  const cells = planCells(planner(), grid);
  expect(cells).toHaveLength(12);
  expect(new Set(cells.map((cell) => cell.key)).size).toBe(12);
  const texts = new Set<string>();
  for (const planned of cells) {
    const built = await planned.build();
    const { sample, messages } = built;
    const text = String(built.text);
    if (typeof built.text !== 'string') {
      expect(Buffer.concat(built.text.bytes()).toString('utf8')).toBe(text);
      expect(Buffer.concat(built.text.jsonBytes()).toString('utf8')).toBe(JSON.stringify(text).slice(1, -1));
    }
    texts.add(text);
    expect(sample.promptTokens + 128).toBeLessThanOrEqual(planned.cell.contextLength);
    expect(sample.promptTokens + 128).toBeGreaterThanOrEqual(planned.cell.contextLength - 1);
    expect(sample.promptTokens).toBe((await tokenizer.count(text)) + 8);
    expect(sample.promptSha256).toBe(sha256(messages.map((message) => String(message.content)).join('\n\n')));
    expect(sample.promptChars).toBe(text.length);
    const [needle] = sample.needles;
    const [evidence] = sample.evidence ?? [];
    expect(needle?.requestedDepth).toBe(planned.cell.depth);
    expect(Math.abs((needle?.depth ?? 9) - planned.cell.depth)).toBeLessThan(0.1);
    expect(text).toContain(`${evidence?.before}${evidence?.needle}${evidence?.after}`);
    expect(evidence?.needle).toContain(sample.target[0]);
    expect(text.split(sample.target[0] as string)).toHaveLength(2);
  }
  expect(texts.size).toBe(12);
});

test('the same cell makes the same prompt; growing the grid changes no key and no prompt', async () => {
  const before = planCells(planner(), grid);
  const after = planCells(planner(), {
    contextLengths: [1_000, 2_000, 4_000],
    depths: [0, 0.25, 0.5, 1],
    trials: 3,
  });
  for (const cell of before) {
    const same = after.find((other) => other.key === cell.key);
    expect(same?.cell).toEqual(cell.cell);
    expect((await same?.build())?.promptKey).toBe((await cell.build()).promptKey);
  }
});

test('a grid that grows makes a longer corpus, and every earlier prompt stays as it was', async () => {
  const grids = [2_000, 9_000].map((longest) => corpusTokensNeeded(longest, 'fresh'));
  const texts = grids.map((tokens) => generateProse({ language: 'en', seed: 7, chars: tokens * 4.8 }));
  expect(texts[1]?.length).toBeGreaterThan(texts[0]?.length ?? 0);
  const [small, large] = await Promise.all(
    texts.map(async (text) => {
      const corpus = await prepareCorpus(text, tokenizer);
      const depths = Array.from({ length: 21 }, (_, i) => i / 20);
      const cells = planCells(planner({ corpus: async () => corpus }), {
        contextLengths: [600, 2_000],
        depths,
        trials: 2,
      });
      return Promise.all(cells.map(async (cell) => (await cell.build()).promptKey));
    }),
  );
  expect(small).toHaveLength(84);
  expect(large).toEqual(small);
});

test("a key is the hash of the identity and the cell's place, whatever the order of their keys", () => {
  const reversed = Object.fromEntries(Object.entries(identity).reverse()) as typeof identity;
  for (const { key, cell } of planCells(planner({ identity: reversed }), grid)) {
    expect(key).toBe(hashOf({ v: 1, identity, cell }));
  }
});

test('what shapes the prompt shapes its key', async () => {
  const [cell] = planCells(planner(), grid);
  const changed = planCells(planner({ identity: { ...identity, seed: 8 } }), grid);
  expect(changed.map((other) => other.key)).not.toContain(cell?.key);
  const salted = await planCells(planner({ salted: true }), grid)[0]?.build();
  const system = await planCells(
    planner({ prompt: { system: 'Be brief.', questionPosition: 'both' } }),
    grid,
  )[0]?.build();
  const plain = await cell?.build();
  expect(new Set([salted, system, plain].map((prompt) => prompt?.promptKey)).size).toBe(3);
  expect(system?.messages[0]).toEqual({ role: 'system', content: 'Be brief.' });
  expect((system?.sample.promptTokens ?? 9e9) + 128).toBeLessThanOrEqual(1_000);
});

test('a base model gets a text that stops in the middle of its answer', async () => {
  const built = await planCells(planner({ api: 'completions' }), grid)[0]?.build();
  expect(String(built?.text)).toMatch(/Answer: The access code for the [a-z ]+ is$/);
});

test('two models with one tokenizer are asked about the same text, by the same prompt key', async () => {
  const one = await planCells(planner(), grid)[3]?.build();
  const two = await planCells(
    planner({ model: 'other', identity: { ...identity, model: { id: 'o' } } }),
    grid,
  )[3]?.build();
  expect(two?.promptKey).toBe(one?.promptKey);
});

test('nested haystacks begin alike at every length, shared ones at every depth, fresh ones nowhere', () => {
  const at = (mode: 'fresh' | 'shared' | 'nested', contextLength: number, depth: number, trial = 0): number =>
    haystackStart(prepared, { seed: 7, mode, endless: true, contextLength, depth, trial });
  expect(at('nested', 1_000, 0)).toBe(at('nested', 8_000, 0.5));
  expect(at('nested', 1_000, 0)).not.toBe(at('nested', 1_000, 0, 1));
  expect(at('shared', 8_000, 0)).toBe(at('shared', 8_000, 1));
  expect(at('shared', 8_000, 0)).not.toBe(at('shared', 9_000, 0));
  expect(at('fresh', 8_000, 0)).not.toBe(at('fresh', 8_000, 1));
});

test('a start leaves room for the haystack, in a generated corpus of the size asked for and in files', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('fresh', 'shared', 'nested'),
      fc.integer({ min: 500, max: 20_000 }),
      fc.boolean(),
      fc.integer(),
      (mode, contextLength, generated, seed) => {
        if (generated && corpusTokensNeeded(contextLength, mode) > prepared.tokens) return;
        const start = haystackStart(prepared, {
          seed,
          mode,
          endless: generated,
          contextLength,
          depth: 0.5,
          trial: 0,
        });
        expect(prepared.tokens - (prepared.cum[start] as number)).toBeGreaterThanOrEqual(contextLength - 100);
      },
    ),
  );
});

test('cells in cache order go deeper and deeper in one text; random order is a shuffle that the seed settles', () => {
  const cells = planCells(planner(), grid);
  const cached = orderCells(cells, 'cache', 1).map(({ cell }) => [
    cell.trial,
    cell.contextLength,
    cell.depth,
  ]);
  expect(cached.slice(0, 4)).toEqual([
    [0, 1_000, 0],
    [0, 1_000, 0.5],
    [0, 1_000, 1],
    [0, 4_000, 0],
  ]);
  const random = orderCells(cells, 'random', 1);
  expect(random).not.toEqual(cells);
  expect(new Set(random)).toEqual(new Set(cells));
  expect(orderCells(cells, 'random', 1)).toEqual(random);
});

test('the first usage settles an unknown overhead once; a known one stays', () => {
  const unknown = templateOverhead(null);
  expect([unknown.tokens(), unknown.known()]).toEqual([8, false]);
  unknown.learn(1_000, 5);
  expect(unknown.known()).toBe(false);
  unknown.learn(1_000, 1_011);
  expect([unknown.tokens(), unknown.known()]).toEqual([19, true]);
  unknown.learn(1_000, 1_500);
  expect(unknown.tokens()).toBe(19);
  const known = templateOverhead(24);
  known.learn(1_000, 1_011);
  expect(known.tokens()).toBe(24);
});

test('a changed identity is told by path', () => {
  expect(
    identityChanges({ prompt: { system: null }, seed: 7 }, { prompt: { system: 'x' }, seed: 7 }),
  ).toEqual(['prompt.system: null → "x"']);
  expect(identityChanges(identity, { ...identity })).toEqual([]);
});
