import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { createSlicedBody, SlicedBodyError } from '../../src/client/sliced-body.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { chatAnswer, chatEvents } from '../run/scripted-server.ts';
import { type RawRequest, rawAnswer, startRawServer } from './raw-server.ts';
import { closeAll, endpoint, key } from './scripted-endpoint.ts';
import { asking, clientOf, long, sliced } from './sliced-request.ts';

afterEach(closeAll);

const answer = JSON.stringify({ choices: [{ message: { content: '7' }, text: '7', finish_reason: 'stop' }] });

const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    '"\\/\b\f\n\r\t\u0000\u001f\u007f\u2028\u2029',
    '“狐狸”跳过了懒狗。',
    '🦊\ud83e\udd8a',
    '\ud800',
    '\udc00\ud800',
    '$&$1$`$$',
    '\\u0022',
    '","content":"',
    'text-123e4567-e89b-42d3-a456-426614174000-0',
    '"text-123e4567-e89b-42d3-a456-426614174000-1"',
  ),
);

test('slices arrive as the very bytes that JSON.stringify would have sent', async () => {
  const seen: RawRequest[] = [];
  const server = await startRawServer({
    body: (request) => {
      seen.push(request);
      request.socket.write(rawAnswer(200, answer));
    },
  });
  const client = clientOf(server.url);
  // Enough of them that the text is not sent as a string.
  const text = fc.array(nasty, { minLength: 1, maxLength: 8 }).map((parts) => {
    const once = `${parts.join(' ')}.`;
    return once.repeat(Math.ceil(17_000 / once.length));
  });
  const sizes = fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        user: text,
        system: fc.oneof(text, nasty),
        sizes: sizes.filter((all) => all.some(Boolean)),
      }),
      fc.constantFrom('chat' as const, 'completions' as const),
      async ({ user, system, sizes }, api) => {
        seen.length = 0;
        await client.complete(
          asking(sliced(user, sizes), {
            api,
            messages: [
              { role: 'system', content: sliced(system, sizes) },
              { role: 'user', content: sliced(user, sizes) },
            ],
            extraBody: { note: system },
          }),
        );
        const plain = {
          model: 'm',
          ...(api === 'chat'
            ? {
                messages: [
                  { role: 'system', content: system },
                  { role: 'user', content: user },
                ],
              }
            : { prompt: user }),
          max_tokens: 32,
          temperature: 0,
          ...(api === 'completions' ? { stop: ['\n'] } : {}),
          stream: false,
          note: system,
        };
        const [request] = seen;
        expect(request?.body.equals(Buffer.from(JSON.stringify(plain)))).toBe(true);
        expect(request?.head).toMatch(new RegExp(`^content-length: ${request?.body.length}$`, 'm'));
        expect(request?.head).toContain(`authorization: Bearer ${key}`);
        expect(request?.head.match(/^content-type: application\/json$/gm)).toHaveLength(1);
        expect(request?.head).not.toMatch(/transfer-encoding/i);
      },
    ),
    { numRuns: 60 },
  );
});

test('tiny, empty and huge slices in a row all arrive', async () => {
  const { server, client } = await endpoint(() => chatAnswer('7'));
  const text = Array.from({ length: 60_000 }, (_, i) => `Line ${i}: “x”.\n`).join('');
  const content = sliced(text, [1, 0, 700_000, 3, 16_384, 16_385, 0, 262_145, 9_000, 9_000]);
  expect(content.jsonBytes().length).toBeGreaterThan(9);
  await client.complete(asking(content));
  expect(server.seen[0]?.prompt === text).toBe(true);
});

test('streamed answers, refused parameters and second calls use the same slices again', async () => {
  const { server, client } = await endpoint(({ body }) =>
    'temperature' in body
      ? { json: { error: { message: 'Unsupported value', param: 'temperature' } }, status: 400 }
      : { events: chatEvents(['48', '213']) },
  );
  const request = asking(sliced(long), { stream: true });
  expect(await client.complete(request)).toMatchObject({ text: '48213', finishReason: 'stop' });
  expect(await client.complete(request)).toMatchObject({ text: '48213' });
  expect(server.seen.map(({ prompt }) => prompt === long)).toEqual([true, true, true]);
  expect(server.seen[2]?.headers['content-length']).toBe(server.seen[1]?.headers['content-length']);
});

test('a prompt in extraBody wins over slices too', async () => {
  const { server, client } = await endpoint(() => chatAnswer('7'));
  const messages = [{ role: 'user', content: 'Another question?' }];
  await client.complete(asking(sliced(long), { extraBody: { messages } }));
  expect(server.seen[0]?.body['messages']).toEqual(messages);
});

test('a body without its text, or with it twice, is a bug and never sent', async () => {
  const { server, client } = await endpoint(() => chatAnswer('7'));
  // What the package serialises is no longer what was put together.
  const extraBody = { toJSON: () => ({ model: 'm' }) } as unknown as JsonObject;
  const call = client.complete(asking(sliced(long), { extraBody }));
  await expect(call).rejects.toThrow(SlicedBodyError);
  expect(server.seen).toHaveLength(0);

  const body = createSlicedBody({ encrypted: false });
  const [first, second] = [body.place(sliced(long)), body.place(sliced(`${long}!`))];
  expect(first).not.toBe(second);
  for (const wrong of [[], [first], [first, first], [first, second, second], [first, `${second}0`]]) {
    expect(() => body.fill({ body: JSON.stringify(wrong) }), String(wrong)).toThrow(SlicedBodyError);
  }
  expect(() => body.fill({})).toThrow(SlicedBodyError);
  const { body: sent } = body.fill({ body: JSON.stringify([second, first]) });
  expect(sent).toBeInstanceOf(Uint8Array);
  expect(Buffer.from(sent as Uint8Array).toString()).toBe(JSON.stringify([`${long}!`, long]));
});

test('short texts and plain strings leave the request as it is', () => {
  const body = createSlicedBody({ encrypted: false });
  const init = { body: JSON.stringify([body.place('plain'), body.place(sliced('short'))]) };
  expect(body.fill(init)).toBe(init);
  expect(init.body).toBe('["plain","short"]');
});

test('behind TLS no slice is handed over whole, elsewhere each as it is', () => {
  const content = sliced('x'.repeat(2_000_000), [900_000, 5, 5, 20_000]);
  const [large] = content.jsonBytes();
  const chunksOf = (encrypted: boolean): Uint8Array[] => {
    const body = createSlicedBody({ encrypted });
    const sent = body.fill({ body: JSON.stringify([body.place(content)]) }).body;
    if (typeof sent !== 'object' || sent instanceof Uint8Array) throw new Error('expected chunks');
    const chunks = [...sent];
    expect(Buffer.concat(chunks).toString()).toBe(JSON.stringify([String(content)]));
    return chunks;
  };
  const encrypted = chunksOf(true);
  expect(Math.max(...encrypted.map((chunk) => chunk.byteLength))).toBe(262_144);
  const plain = chunksOf(false);
  expect(plain.length).toBeLessThan(encrypted.length);
  // By reference: the very bytes that the corpus keeps.
  expect(plain.some((chunk) => chunk.buffer === large?.buffer && chunk.byteLength === 900_000)).toBe(true);
});
