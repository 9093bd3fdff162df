import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../src/core/hash.ts';
import { profiles } from '../../src/reference/profiles.ts';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import { loadTiktoken } from '../../src/tokenizer/tiktoken.ts';
import { type Body, chat, events, post } from './endpoint.ts';
import { ask, facts, hide, paragraphs, sentences } from './synthetic.ts';

let server: ReferenceServer;
beforeAll(async () => {
  server = await startReferenceServer();
});
afterAll(() => server.close());

const en = ask('en', hide('en', sentences('en', 300), facts.en.needle, 0.4), facts.en.question);
const zh = ask('zh', hide('zh', sentences('zh', 300), facts.zh.needle, 0.6), facts.zh.question);

describe('chat', () => {
  test.each([
    ['en', en, facts.en.needle],
    ['zh', zh, facts.zh.needle],
  ])(
    'answers with the sentence that holds the fact (%s), its usage a full encode',
    async (_, content, needle) => {
      const { status, body, answer } = await chat(server, 'perfect', content);
      const { count } = await loadTiktoken('o200k_base');
      expect(status).toBe(200);
      expect(answer).toBe(needle);
      expect(body.choices[0]?.finish_reason).toBe('stop');
      const [prompt, completion] = [count(content) + 8, count(needle)];
      expect(body.usage).toEqual({
        prompt_tokens: prompt,
        completion_tokens: completion,
        total_tokens: prompt + completion,
        prompt_tokens_details: { cached_tokens: 0 },
      });
    },
  );

  test('says so where the text does not hold the fact', async () => {
    const without = ask('en', paragraphs('en', sentences('en', 300)), facts.en.question);
    expect((await chat(server, 'perfect', without)).answer).toBe('The text does not say.');
    const ohne = ask('zh', paragraphs('zh', sentences('zh', 300)), facts.zh.question);
    expect((await chat(server, 'perfect', ohne)).answer).toBe('文中没有提到。');
  });

  test('reads a text in an earlier message, and text parts', async () => {
    const text = hide('en', sentences('en', 200), facts.en.needle, 0.5);
    const messages = [
      { role: 'system', content: 'You answer from the text.' },
      { role: 'user', content: text },
      { role: 'user', content: [{ type: 'text', text: `${facts.en.question} Do not guess.` }] },
    ];
    const { answer, body } = await chat(server, 'perfect', '', { messages });
    const { count } = await loadTiktoken('o200k_base');
    expect(answer).toBe(facts.en.needle);
    const contents = ['You answer from the text.', text, `${facts.en.question} Do not guess.`];
    expect(body.usage?.prompt_tokens).toBe(
      contents.reduce((sum, content) => sum + count(content), 8 + 5 + 5),
    );
  });

  test('cuts the answer at max_tokens and at a stop sequence', async () => {
    const cut = await chat(server, 'perfect', en, { max_tokens: 4 });
    expect(cut.body.choices[0]?.finish_reason).toBe('length');
    expect(facts.en.needle.startsWith(cut.answer) && cut.answer.length > 4).toBe(true);
    expect(cut.body.usage?.completion_tokens).toBeLessThanOrEqual(4);
    const stopped = await chat(server, 'perfect', en, { stop: [' is'] });
    expect(stopped.answer).toBe('The access code for the amber lighthouse');
    expect(stopped.body.choices[0]?.finish_reason).toBe('stop');
  });
});

describe('streams', () => {
  const request = { messages: [{ role: 'user', content: zh }], max_tokens: 200, stream: true };

  test.each(['perfect', 'thinks'])('%s: role first, then text, finish, usage, [DONE]', async (profile) => {
    const body = { ...request, model: `known-answer/${profile}`, stream_options: { include_usage: true } };
    const response = await post(server, '/v1/chat/completions', body);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const all = await events(response);
    expect(all.at(-1)).toBe('[DONE]');
    const chunks = all.slice(0, -1) as Body[];
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '' });
    expect(chunks.at(-1)?.choices).toEqual([]);
    expect(chunks.at(-2)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' });
    expect(chunks.slice(0, -2).every(({ choices }) => choices[0]?.finish_reason === null)).toBe(true);
    expect(chunks.slice(0, -1).every(({ usage }) => usage === undefined)).toBe(true);
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(chunks.every(({ object }) => object === 'chat.completion.chunk')).toBe(true);

    const whole = await chat(server, profile, zh, { max_tokens: 200 });
    const deltas = chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta ?? {}));
    expect(deltas.map(({ content }) => content ?? '').join('')).toBe(whole.answer);
    const thoughts = deltas.map(({ reasoning_content }) => reasoning_content ?? '').join('');
    expect(thoughts).toBe(whole.body.choices[0]?.message?.reasoning_content ?? '');
    expect(thoughts !== '').toBe(profile === 'thinks');
    // Thoughts come before the first word of the answer.
    const firstContent = deltas.findIndex(({ content }) => (content ?? '') !== '');
    expect(deltas.slice(firstContent).every(({ reasoning_content }) => reasoning_content === undefined)).toBe(
      true,
    );
    expect(chunks.at(-1)?.usage).toEqual(whole.body.usage);
  });

  test('no usage chunk where none is wanted', async () => {
    const all = await events(
      await post(server, '/v1/chat/completions', { ...request, model: 'known-answer/perfect' }),
    );
    expect(all.length).toBeGreaterThan(5);
    expect(all.some((event) => event !== '[DONE]' && event.usage !== undefined)).toBe(false);
    expect(all.at(-2)).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
  });
});

describe('completions', () => {
  const document = hide('en', sentences('en', 300), facts.en.needle, 0.7);
  const stem = 'The access code for the amber lighthouse is';
  const prompt = `<text>\n${document}\n</text>\n\nQuestion: ${facts.en.question}\nAnswer: ${stem}`;
  const request = { model: 'known-answer/perfect', prompt, max_tokens: 32 };

  test('go on from the stem, without a template', async () => {
    const body = (await (await post(server, '/v1/completions', request)).json()) as Body;
    const { count } = await loadTiktoken('o200k_base');
    expect(body.choices[0]?.text).toBe(' 4821355.');
    expect(body.usage?.prompt_tokens).toBe(count(prompt));
  });

  test('stream alike', async () => {
    const streamed = { ...request, stream: true, stream_options: { include_usage: true } };
    const all = await events(await post(server, '/v1/completions', streamed));
    expect(all.at(-1)).toBe('[DONE]');
    const chunks = all.slice(0, -1) as Body[];
    expect(chunks.map(({ choices }) => choices[0]?.text ?? '').join('')).toBe(' 4821355.');
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)?.choices).toEqual([]);
  });
});

describe('around it', () => {
  test('models are listed with their windows', async () => {
    const list = (await (await fetch(`${server.url}/models`)).json()) as {
      data: { id: string; max_model_len: number }[];
    };
    expect(list.data.map(({ id }) => id)).toEqual(
      Object.keys(profiles).map((name) => `known-answer/${name}`),
    );
    const windows = new Map(list.data.map(({ id, max_model_len }) => [id, max_model_len]));
    expect(windows.get('known-answer/window-8k')).toBe(8_192);
    expect(windows.get('known-answer/perfect')).toBe(131_072);
    expect(windows.get('known-answer/perfect-1m')).toBe(1_100_000);
  });

  test('tokenize speaks both dialects', async () => {
    const { count } = await loadTiktoken('o200k_base');
    const ask = async (body: unknown) => (await post(server, '/tokenize', body)).json();
    const model = 'known-answer/perfect';
    expect(await ask({ model, prompt: zh })).toEqual({ count: count(zh), max_model_len: 131_072 });
    expect(await ask({ model, messages: [{ role: 'user', content: zh }] })).toMatchObject({
      count: count(zh) + 8,
    });
    const { tokens } = (await ask({ content: en, add_special: false })) as { tokens: number[] };
    expect(tokens).toHaveLength(count(en));
  });

  test('health is ok', async () => {
    const response = await fetch(new URL('/health', server.url));
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  const model = 'known-answer/perfect';
  const user = { role: 'user', content: 'Hello?' };
  test.each([
    ['a body that is no JSON', '/v1/chat/completions', '{"model": ', 400, null],
    ['a body that is no object', '/v1/chat/completions', '[]', 400, null],
    ['no model', '/v1/chat/completions', { messages: [user] }, 400, null],
    [
      'an unknown model',
      '/v1/chat/completions',
      { model: 'gpt-4', messages: [user] },
      404,
      'model_not_found',
    ],
    ['no messages', '/v1/chat/completions', { model, messages: [] }, 400, null],
    [
      'a role of its own',
      '/v1/chat/completions',
      { model, messages: [{ role: 'robot', content: 'x' }] },
      400,
      null,
    ],
    [
      'an image',
      '/v1/chat/completions',
      { model, messages: [{ role: 'user', content: [{ type: 'image_url' }] }] },
      400,
      null,
    ],
    ['no prompt', '/v1/completions', { model }, 400, null],
    ['a budget of nothing', '/v1/chat/completions', { model, messages: [user], max_tokens: 0 }, 400, null],
    ['an unknown route', '/v1/embeddings', { model }, 404, 'not_found'],
    ['an unknown model to tokenize', '/tokenize', { model: 'x', prompt: 'y' }, 404, 'model_not_found'],
  ])('%s is an error in the shape of OpenAI', async (_, path, body, status, code) => {
    const response = await post(server, path, body);
    expect(response.status).toBe(status);
    const { error } = (await response.json()) as Body;
    expect(error).toMatchObject({ message: expect.stringMatching(/\w/), type: expect.any(String), code });
  });

  test('a body beyond 64 MB is refused, and the server lives on', async () => {
    const response = await post(server, '/v1/chat/completions', `{"x":"${'a'.repeat(65 * 1024 * 1024)}"}`);
    expect(response.status).toBe(413);
    expect((await chat(server, 'perfect', en)).answer).toBe(facts.en.needle);
  });
});

test('the log has figures and a hash of each request, and no prompt', async () => {
  const seen: unknown[] = [];
  const own = await startReferenceServer({ log: (entry) => seen.push(entry) });
  try {
    await chat(own, 'perfect', en);
    await chat(own, 'window-8k', en, { max_tokens: 9_000 });
    const { count } = await loadTiktoken('o200k_base');
    const same = {
      promptTokens: count(en) + 8,
      promptSha256: sha256(en),
      at: expect.stringMatching(/^\d{4}-.*Z$/),
    };
    expect(own.requests()).toEqual([
      { ...same, model: 'known-answer/perfect', maxTokens: 128, status: 200, fault: null },
      { ...same, model: 'known-answer/window-8k', maxTokens: 9_000, status: 400, fault: null },
    ]);
    expect(seen).toEqual(own.requests());
    expect(JSON.stringify(own.requests())).not.toContain('lighthouse');
  } finally {
    await own.close();
  }
});

test('a port that is taken is an error the user can act on', async () => {
  await expect(startReferenceServer({ port: server.port })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining(String(server.port)),
  });
});
