import { afterEach, describe, expect, test } from 'vitest';
import { createEndpointClient } from '../../src/client/openai-client.ts';
import { prepareCorpus } from '../../src/haystack/prepare.ts';
import { type CutWatch, watchCuts } from '../../src/run/canary.ts';
import { buildCanary, type Canary, controlLength } from '../../src/run/canary-prompt.ts';
import { planCells } from '../../src/run/plan-cells.ts';
import { templateOverhead } from '../../src/run/template-overhead.ts';
import type { Task } from '../../src/tasks/task.ts';
import { tasks } from '../../src/tasks/tasks.ts';
import { loadTiktoken } from '../../src/tokenizer/tiktoken.ts';
import { roughText } from '../haystack/rough-text.ts';
import { type CuttingModel, cuttingModel, keepEnds, keepTail, plain, whole } from './cutting-server.ts';
import { type Reply, type ScriptedServer, type SeenRequest, startScriptedServer } from './scripted-server.ts';

const tokenizer = await loadTiktoken('o200k_base');
const prepared = {
  en: await prepareCorpus(roughText('en', 4_000), tokenizer),
  zh: await prepareCorpus(roughText('zh', 4_000), tokenizer),
};
const planner = (language: 'en' | 'zh', api: 'chat' | 'completions' = 'chat') => ({
  model: 'm',
  api,
  maxTokens: 64,
  overhead: templateOverhead(8),
  scale: null,
  seed: 7,
  language,
  mode: 'fresh' as const,
  endless: true,
  salted: false,
  prompt: { system: null, questionPosition: 'after' as const },
  corpus: async () => prepared[language],
});

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

interface Watched {
  readonly watch: CutWatch;
  readonly server: ScriptedServer;
  /** Context lengths and ends of the canaries that were sent, in order. */
  readonly sent: readonly string[];
  readonly told: readonly string[];
}

const lengths = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000];

/** A watch on a real server; `room` is how many canaries may be sent. */
async function watched(
  script: (request: SeenRequest) => Reply | Promise<Reply>,
  more: {
    readonly language?: 'en' | 'zh';
    readonly room?: number;
    readonly lengths?: readonly number[];
  } = {},
): Promise<Watched> {
  const server = await startScriptedServer(script);
  const client = createEndpointClient({ baseUrl: server.url, apiKey: null, headers: {}, timeoutSeconds: 5 });
  open.push(client.close, server.close);
  const plan = planner(more.language ?? 'en');
  const sent: string[] = [];
  const told: string[] = [];
  const nameOf = new WeakMap<Canary, string>();
  const watch = watchCuts({
    lengths: more.lengths ?? lengths,
    controlLength: controlLength(plan),
    build: async (place) => {
      const canary = await buildCanary(plan, place);
      nameOf.set(canary, `${place.contextLength} ${place.end}`);
      return canary;
    },
    ask: async (canary) => {
      if (sent.length >= (more.room ?? 99)) return null;
      sent.push(nameOf.get(canary) as string);
      try {
        const { messages, text } = canary;
        const { api, maxTokens } = plan;
        const fixed = { temperature: 0, stop: [], extraBody: {}, stream: false };
        return await client.complete({ api, model: 'm', messages, text, maxTokens, ...fixed });
      } catch {
        return 'refused';
      }
    },
    tell: (message) => told.push(message),
  });
  return { watch, server, sent, told };
}
const model = (made: CuttingModel, more?: Parameters<typeof watched>[1]): Promise<Watched> =>
  watched(cuttingModel(made), more);

describe('a canary', () => {
  test.each(['en', 'zh'] as const)('is as long as a cell, with a number at one end: %s', async (language) => {
    for (const contextLength of [controlLength(planner(language)), 4_000]) {
      for (const end of ['start', 'end'] as const) {
        const { code, messages, promptTokens } = await buildCanary(planner(language), {
          contextLength,
          end,
          attempt: 0,
        });
        const text = String(messages[0]?.content);
        expect(promptTokens).toBe((await tokenizer.count(text)) + 8);
        expect(promptTokens + 64).toBeLessThanOrEqual(contextLength);
        expect(promptTokens + 64).toBeGreaterThanOrEqual(contextLength - 1);
        const from = text.indexOf('<text>\n') + 7;
        const to = text.lastIndexOf('\n</text>');
        expect(end === 'start' ? text.slice(from, from + 60) : text.slice(to - 60, to)).toContain(code);
        // Neither the question nor the text beside it gives the number away.
        expect(text.split(code)).toHaveLength(2);
      }
    }
  });

  test('is no prompt of any cell, and no two are alike', async () => {
    const grid = { contextLengths: [2_000], depths: [0, 1], trials: 2 };
    const identity = { model: {}, task: {}, prompt: {}, haystack: {}, seed: 7 };
    const task = { id: 'niah_single', name: 'niah_single', params: {}, row: tasks.niah_single as Task };
    const cells = planCells({ ...planner('en'), identity, task }, grid);
    const middles = new Set<string>();
    for (const cell of cells) middles.add(String((await cell.build()).text).slice(300, 500));
    const places = [
      { end: 'start', attempt: 0 },
      { end: 'start', attempt: 1 },
      { end: 'end', attempt: 0 },
    ] as const;
    for (const place of places) {
      const { text } = await buildCanary(planner('en'), { contextLength: 2_000, ...place });
      middles.add(String(text).slice(300, 500));
    }
    expect(middles.size).toBe(cells.length + 3);
  });

  test('ends with the beginning of its answer where a base model completes it', async () => {
    const { text } = await buildCanary(planner('en', 'completions'), {
      contextLength: 2_000,
      end: 'start',
      attempt: 0,
    });
    expect(String(text)).toMatch(/Answer: The access code for the paper canary is$/);
  });
});

describe('prompts are believed', () => {
  test.each(['en', 'zh'] as const)(
    'whole where the number comes back, of few canaries: %s',
    async (language) => {
      const { watch, sent, told } = await model({ cut: whole }, { language });
      for (const length of [8_000, 1_000, 16_000, 4_000, 32_000, 32_000]) {
        expect(await watch.seenCut(length)).toBeNull();
      }
      // The control, then twice the first length, then the rest.
      expect(sent).toEqual(['1064 start', '16000 start', '32000 start']);
      expect(told.join('\n')).toContain('prompts up to 32K tokens are read from their beginning');
    },
  );

  test.each([
    ['tail', keepTail(40_000)],
    ['first words and the tail', keepEnds(40_000)],
  ])('cut from the shortest length whose beginning is gone: the server keeps the %s', async (_how, cut) => {
    const { watch, sent, told } = await model({ cut });
    expect(await watch.seenCut(32_000)).toMatch(/canaries: .* of two prompts of 32K tokens .*of 1064/);
    expect(await watch.seenCut(4_000)).toBeNull();
    expect(await watch.seenCut(16_000)).toMatch(/16K/);
    expect(await watch.seenCut(8_000)).toBeNull();
    // A number that is missed is asked for twice, then at the other end; what is known already is not asked for again.
    const missed = (length: number): string[] => [`${length} start`, `${length} start`, `${length} end`];
    expect(sent).toEqual(['1064 start', ...missed(32_000), '8000 start', ...missed(16_000)]);
    const count = sent.length;
    for (const length of lengths) expect((await watch.seenCut(length)) !== null).toBe(length >= 16_000);
    expect(sent).toHaveLength(count);
    expect(told.filter((message) => /believed cut/.test(message))).toHaveLength(2);
  });
});

describe('nothing is said', () => {
  test('where the control fails: one word of it, and no longer prompt is spent', async () => {
    const { watch, sent, told } = await model({ cut: whole, say: () => plain('I do not know.') });
    for (const length of lengths) expect(await watch.seenCut(length)).toBeNull();
    expect(sent).toEqual(['1064 start', '1064 start']);
    expect(told.filter((message) => /cannot be told/.test(message))).toHaveLength(1);
  });

  test('where a model misses a number once and not twice', async () => {
    let missed = false;
    const { watch } = await model({
      cut: whole,
      say: (answer, { prompt }) => {
        if (prompt.length < 20_000 || missed) return plain(answer);
        missed = true;
        return plain('12345');
      },
    });
    expect(await watch.seenCut(8_000)).toBeNull();
    expect(missed).toBe(true);
  });

  test('where a model misses the number at either end: it is the model that cannot, and no cut', async () => {
    const { watch, told } = await model({
      cut: whole,
      say: (answer, { prompt }) => plain(prompt.length > 20_000 ? 'The text is about a river.' : answer),
    });
    expect(await watch.seenCut(16_000)).toBeNull();
    expect(told.join('\n')).toMatch(/16K tokens .* no clear answer/);
  });

  test.each<[string, Reply]>([
    ['was stopped', plain('First I look for', 'length')],
    ['was filtered', plain('', 'content_filter')],
    ['was refused', { json: { error: { message: 'maximum context length is 4096 tokens' } }, status: 400 }],
  ])('where the answer %s', async (_how, reply) => {
    const { watch, told, sent } = await model({
      cut: whole,
      say: (answer, { prompt }) => (prompt.length > 30_000 ? reply : plain(answer)),
    });
    expect(await watch.seenCut(16_000)).toBeNull();
    expect(told.join('\n')).toMatch(/no clear answer/);
    const count = sent.length;
    expect(await watch.seenCut(32_000)).toBeNull();
    expect(sent).toHaveLength(count);
    expect(await watch.seenCut(4_000)).toBeNull();
    expect(sent.at(-1)).toBe('8000 start');
  });

  test('where no canary can be asked any more, and it is tried again by the next cell', async () => {
    const { watch, sent } = await model({ cut: keepTail(20_000) }, { room: 1 });
    expect(await watch.seenCut(8_000)).toBeNull();
    expect(await watch.seenCut(8_000)).toBeNull();
    expect(sent).toEqual(['1064 start']);
  });

  test('of prompts no longer than the control, and none is sent', async () => {
    const { watch, sent, told } = await model({ cut: whole });
    expect(await watch.seenCut(1_000)).toBeNull();
    expect(sent).toEqual([]);
    expect(told).toEqual([]);
  });
});

test('cells that are answered at once wait for the same canaries', async () => {
  const { watch, sent, server } = await model({ cut: keepTail(20_000) });
  const seen = await Promise.all([8_000, 8_000, 2_000, 32_000, 8_000].map((length) => watch.seenCut(length)));
  expect(seen.map((cut) => cut !== null)).toEqual([true, true, false, true, true]);
  expect(server.mostOpen()).toBe(1);
  expect(sent.length).toBeLessThanOrEqual(8);
});

test('thoughts that name the number have read it', async () => {
  const { watch } = await model({
    cut: whole,
    say: (answer) => ({
      json: {
        choices: [{ message: { content: 'One number.', reasoning_content: answer }, finish_reason: 'stop' }],
      },
    }),
  });
  expect(await watch.seenCut(8_000)).toBeNull();
});
