import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { createAnswerReader } from '../../src/client/event-stream.ts';
import { startRawServer } from './raw-server.ts';
import { closeAll, failureOf } from './scripted-endpoint.ts';
import { asking, clientOf } from './sliced-request.ts';

afterEach(closeAll);

/** What a reader tells of a stream that comes in these pieces and then ends. */
function told(pieces: readonly string[]): {
  readonly values: unknown[];
  readonly errors: unknown[];
  readonly done: boolean;
} {
  const values: unknown[] = [];
  const errors: unknown[] = [];
  const reader = createAnswerReader({
    onValue: (value) => values.push(value),
    onError: (value) => errors.push(value),
  });
  for (const piece of pieces) if (reader.feed(piece)) break;
  reader.end();
  return { values, errors, done: reader.done };
}

test('events come whole however the stream is cut, with any line ends and comments between', () => {
  const lineEnds = fc.constantFrom('\n', '\r\n');
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue(), { maxLength: 6 }),
      lineEnds,
      fc.array(fc.nat({ max: 12 }), { minLength: 1 }),
      (values, end, sizes) => {
        // What a server sends for nothing tells nothing.
        const sent = values.filter((value) => value !== null);
        const text = sent
          .map((value) => `: alive${end}${end}data: ${JSON.stringify(value)}${end}${end}`)
          .join('');
        const pieces: string[] = [];
        for (let at = 0, turn = 0; at < text.length; turn++) {
          const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
          pieces.push(text.slice(at, at + size));
          at += size;
        }
        expect(told(pieces).values).toEqual(JSON.parse(JSON.stringify(sent)));
      },
    ),
  );
});

test('after [DONE] nothing counts', () => {
  expect(told(['data: 1\n\ndata: [DONE]\n\ndata: 2\n\n'])).toEqual({ values: [1], errors: [], done: true });
});

test('the last event counts without its empty line, and half of one is no event', () => {
  expect(told(['data: 1\n\ndata: [DONE]'])).toMatchObject({ values: [1], done: true });
  expect(told(['data: 1\n\ndata: {"a":2}'])).toMatchObject({ values: [1, { a: 2 }], done: false });
  expect(told(['data: 1\n\ndata: {"a":'])).toMatchObject({ values: [1], done: false });
  expect(() => told(['data: {"a":\n\n'])).toThrow(SyntaxError);
});

test('an event that is named an error is one, whatever it holds', () => {
  expect(told(['event: error\ndata: {"message":"no"}\n\n'])).toMatchObject({
    values: [],
    errors: [{ message: 'no' }],
  });
});

describe('from a server', () => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
  const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
  const said = `data: ${JSON.stringify({ choices: [{ delta: { content: '7' }, finish_reason: null }] })}\n\n`;
  const answering = async (text: string): Promise<string> => {
    const server = await startRawServer({ body: ({ socket }) => socket.write(head + chunk(text)) });
    return server.url;
  };

  test('an answer is over with [DONE], even where the server leaves it open', async () => {
    const client = clientOf(await answering(`${said}data: [DONE]\n\n`));
    const completion = await client.complete(asking('Which?', { stream: true }));
    // Without [DONE] to go by, it would be cut: there is no finish reason.
    expect(completion).toMatchObject({ text: '7', finishReason: null });
  });

  test('an error event in the middle fails the call with its text', async () => {
    const client = clientOf(
      await answering('event: error\ndata: {"message":"the worker died","code":"oops"}\n\n'),
    );
    const failure = await failureOf(client.complete(asking('Which?', { stream: true })));
    expect(failure.message).toContain('the worker died');
  });
});
