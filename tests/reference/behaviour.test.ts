import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plantedOutcome, plantedVisible } from '../../src/reference/profiles.ts';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import { chat, events, post } from './endpoint.ts';
import { ask, facts, hide, promptOf, sentences } from './synthetic.ts';

let server: ReferenceServer;
beforeAll(async () => {
  server = await startReferenceServer();
});
afterAll(() => server.close());

const { needle, question, value } = facts.en;
const list = sentences('en', 300);
const short = ask('en', hide('en', list, needle, 0.5), question);

describe('what was planted is recovered', () => {
  const twelve = Array.from({ length: 12 }, (_, i) => i / 11);
  const five = [0, 0.25, 0.5, 0.75, 1];
  test.each([
    ['perfect', [1_000, 8_000], five],
    ['lost-in-the-middle', [2_000, 4_096, 6_000, 16_000], [0, 0.1, 0.3, 0.4, 0.5, 0.6, 0.7, 1]],
    ['fades', [8_000, 16_000, 32_000], twelve],
    ['fade-64k', [64_000, 80_000], five],
    ['patchy', [2_000, 4_000, 8_000, 16_000, 32_000], twelve],
    ['hallucinates', [2_000, 8_000], five],
    ['refuses', [2_000], five],
    ['slow', [1_000], [0.5]],
  ] as const)('%s', async (profile, lengths, depths) => {
    for (const contextLength of lengths) {
      for (const depth of depths) {
        const { answer } = await chat(server, profile, await promptOf(contextLength, depth));
        const found = answer.includes(value);
        expect([contextLength, depth, found]).toEqual([
          contextLength,
          depth,
          plantedVisible(profile, { contextLength, depth }),
        ]);
      }
    }
  });

  test('published-deepseek-v2-cells: the four places and no other', async () => {
    const missed: string[] = [];
    for (const contextLength of [24_000, 35_000, 47_000, 104_000]) {
      for (const depth of twelve) {
        const { answer } = await chat(
          server,
          'published-deepseek-v2-cells',
          await promptOf(contextLength, depth),
        );
        if (!answer.includes(value)) missed.push(`${contextLength}@${Math.round(depth * 100)}`);
      }
    }
    expect(missed).toEqual(['35000@27', '35000@36', '35000@64', '104000@45']);
  });
});

describe('windows', () => {
  test('window-8k answers up to its window and refuses beyond, in the words of vLLM', async () => {
    expect((await chat(server, 'window-8k', await promptOf(8_192, 0.5))).answer).toBe(needle);
    const { status, body } = await chat(server, 'window-8k', await promptOf(9_000, 0.5));
    expect(status).toBe(400);
    expect(body.error?.message).toMatch(
      /^This model's maximum context length is 8192 tokens\. However, you requested \d+ tokens \(\d+ in the messages, 128 in the completion\)\./,
    );
  });

  test('truncates-8k keeps the tail in silence', async () => {
    const beginning = await chat(server, 'truncates-8k', await promptOf(16_000, 0.25));
    const end = await chat(server, 'truncates-8k', await promptOf(16_000, 0.75));
    expect([beginning.status, beginning.answer]).toEqual([200, 'The text does not say.']);
    expect([end.status, end.answer]).toEqual([200, needle]);
    for (const { body } of [beginning, end]) {
      const used = body.usage?.prompt_tokens ?? 0;
      expect(used).toBeLessThanOrEqual(8_192 - 128);
      expect(used).toBeGreaterThanOrEqual(8_192 - 128 - 2);
    }
    const whole = await chat(server, 'truncates-8k', await promptOf(8_192, 0.25));
    expect(whole.answer).toBe(needle);
    expect(plantedOutcome('truncates-8k', { contextLength: 16_000, depth: 0.75 })).toBe('truncated');
  });

  test('halves cuts a longer prompt to half its window', async () => {
    const beginning = await chat(server, 'halves', await promptOf(12_000, 0.5));
    const end = await chat(server, 'halves', await promptOf(12_000, 0.9));
    expect([beginning.answer, beginning.body.usage?.prompt_tokens]).toEqual([
      'The text does not say.',
      4_098,
    ]);
    expect([end.answer, end.body.usage?.prompt_tokens]).toEqual([needle, 4_098]);
    expect((await chat(server, 'halves', await promptOf(8_000, 0.1))).answer).toBe(needle);
  });

  test('a tail is kept across messages, and within one line', async () => {
    const document = hide('en', sentences('en', 1_500), needle, 0.9).replaceAll('\n\n', ' ');
    const messages = [
      { role: 'user', content: document },
      { role: 'user', content: question },
    ];
    const { answer, body } = await chat(server, 'truncates-8k', '', { messages });
    expect(answer).toBe(needle);
    expect(body.usage?.prompt_tokens).toBeGreaterThan(8_000);
    expect(body.usage?.prompt_tokens).toBeLessThanOrEqual(8_064);
  });
});

describe('manners', () => {
  test('refuses declines', async () => {
    expect((await chat(server, 'refuses', short)).answer).toBe("I'm sorry, but I can't help with that.");
  });

  test('hallucinates gives an invented number where it sees nothing, the same every time', async () => {
    const prompt = await promptOf(6_000, 0.5);
    const [first, second] = [
      await chat(server, 'hallucinates', prompt),
      await chat(server, 'hallucinates', prompt),
    ];
    expect(first.answer).toMatch(/\d{7}/);
    expect(first.answer).not.toContain(value);
    expect(second.answer).toBe(first.answer);
  });

  test('distractible takes a look-alike where there is one', async () => {
    const lookAlike = 'The access code for the copper mill is 7777777.';
    const both = ask('en', hide('en', [...list, lookAlike, ...list], needle, 0.2), question);
    expect((await chat(server, 'distractible', both)).answer).toBe(lookAlike);
    expect((await chat(server, 'perfect', both)).answer).toBe(needle);
    expect((await chat(server, 'distractible', short)).answer).toBe(needle);
  });

  test('thinks first, and a budget below its thoughts ends in them', async () => {
    const { body, answer } = await chat(server, 'thinks', short);
    const thoughts = body.choices[0]?.message?.reasoning_content ?? '';
    expect(thoughts.split(' ').length).toBeGreaterThan(50);
    expect(thoughts).not.toContain(value);
    expect([answer, body.choices[0]?.finish_reason]).toEqual([needle, 'stop']);
    const cut = await chat(server, 'thinks', short, { max_tokens: 20 });
    expect([cut.answer, cut.body.choices[0]?.finish_reason]).toEqual(['', 'length']);
    expect(thoughts.startsWith(cut.body.choices[0]?.message?.reasoning_content ?? 'x')).toBe(true);
    expect(cut.body.usage?.completion_tokens).toBeLessThanOrEqual(20);
  });
});

describe('slow', () => {
  const request = { model: 'known-answer/slow', messages: [{ role: 'user', content: short }], stream: true };

  test('waits before its first word', async () => {
    const started = performance.now();
    const all = await events(await post(server, '/v1/chat/completions', request));
    // A least wait, not a speed: timers never fire early by more than a millisecond.
    expect(performance.now() - started).toBeGreaterThan(290);
    expect(all.at(-1)).toBe('[DONE]');
  });

  test('a caller who hangs up leaves the server whole', async () => {
    const controller = new AbortController();
    const response = await post(server, '/v1/chat/completions', request, controller.signal);
    expect(response.status).toBe(200);
    controller.abort();
    await expect(response.text()).rejects.toThrow();
    expect((await chat(server, 'perfect', short)).answer).toBe(needle);
  });
});
