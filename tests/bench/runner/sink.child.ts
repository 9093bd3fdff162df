import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SinkCounts } from './sink.ts';

// An endpoint that costs its client nothing: it reads the whole body and answers at once, or after the wait that the address names.
// It answers to `/<wait in ms>/<prompt tokens of its usage>/v1/chat/completions`; `/counts` tells what came since it was last asked.

interface Counting {
  requests: number;
  bytes: number;
  firstMs: number;
  lastMs: number;
  endMs: number;
  inFlight: number;
  mostInFlight: number;
  heldMs: number;
}

const nothing: Counting = {
  requests: 0,
  bytes: 0,
  firstMs: Number.NaN,
  lastMs: Number.NaN,
  endMs: Number.NaN,
  inFlight: 0,
  mostInFlight: 0,
  heldMs: 0,
};
let counting: Counting = { ...nothing };

const endOfBody = 200;
const answerText = '7';

function answerOf(promptTokens: number, streamed: boolean): string {
  const head = { id: 'sink', created: 1, model: 'sink' };
  const usage = {
    prompt_tokens: promptTokens,
    completion_tokens: 1,
    total_tokens: promptTokens + 1,
  };
  if (!streamed) {
    const message = { role: 'assistant', content: answerText };
    const choices = [{ index: 0, message, finish_reason: 'stop' }];
    return JSON.stringify({ ...head, object: 'chat.completion', choices, usage });
  }
  const chunk = (fields: object): string =>
    `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...fields })}\n\n`;
  const delta = { role: 'assistant', content: answerText };
  return [
    chunk({ choices: [{ index: 0, delta, finish_reason: null }] }),
    chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
    chunk({ choices: [], usage }),
    'data: [DONE]\n\n',
  ].join('');
}

const server = createServer((request, response) => {
  const asked = /^\/(\d+)\/(\d+)\/v1\/chat\/completions$/.exec(request.url ?? '');
  if (request.url === '/counts') {
    const { inFlight: _now, ...told } = counting;
    counting = { ...nothing };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(told satisfies SinkCounts));
    return;
  }
  if (asked === null) {
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: 'not here', type: 'not_found' } }));
    return;
  }
  const cameMs = performance.now();
  counting.requests++;
  counting.lastMs = cameMs;
  if (Number.isNaN(counting.firstMs)) counting.firstMs = cameMs;
  counting.mostInFlight = Math.max(counting.mostInFlight, ++counting.inFlight);
  let bytes = 0;
  let end: Buffer = Buffer.alloc(0);
  request.on('data', (part: Buffer) => {
    bytes += part.length;
    end = Buffer.concat([end, part.subarray(-endOfBody)]).subarray(-endOfBody);
  });
  request.on('end', () => {
    counting.bytes += bytes;
    const streamed = /"stream":\s*true/.test(end.toString('latin1'));
    const answer = answerOf(Number(asked[2]), streamed);
    const send = (): void => {
      response.writeHead(200, {
        'content-type': streamed ? 'text/event-stream' : 'application/json',
        'content-length': Buffer.byteLength(answer),
      });
      response.end(answer);
      counting.inFlight--;
      counting.endMs = performance.now();
      counting.heldMs += counting.endMs - cameMs;
    };
    const waitMs = Number(asked[1]);
    if (waitMs === 0) send();
    // From when the request came, whatever reading it took; never early, as a timer with a fraction would be.
    else setTimeout(send, Math.ceil(waitMs - (performance.now() - cameMs)));
  });
});
// Nobody is left to ask.
process.stdin.resume().on('end', () => process.exit());
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ origin: `http://127.0.0.1:${port}` })}\n`);
});
