import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// A server that costs its client nothing: it reads the whole body, checks its length and answers at once.

const answer = {
  model: 'sink',
  choices: [{ index: 0, message: { role: 'assistant', content: '7' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1_000_000, completion_tokens: 1 },
};
const chunk = { model: 'sink', choices: [{ index: 0, delta: { content: '7' }, finish_reason: 'stop' }] };
const events = `data: ${JSON.stringify(chunk)}\n\ndata: ${JSON.stringify({ choices: [], usage: answer.usage })}\n\ndata: [DONE]\n\n`;

const server = createServer((request, response) => {
  let bytes = 0;
  let end = '';
  request.on('data', (part: Buffer) => {
    bytes += part.length;
    end = (end + part.subarray(-200).toString('latin1')).slice(-200);
  });
  request.on('end', () => {
    if (String(bytes) !== request.headers['content-length']) {
      response.writeHead(400, { 'content-type': 'text/plain' });
      response.end(`${bytes} bytes came, announced were ${request.headers['content-length']}`);
      return;
    }
    const streamed = end.includes('"stream":true');
    response.writeHead(200, { 'content-type': streamed ? 'text/event-stream' : 'application/json' });
    response.end(streamed ? events : JSON.stringify(answer));
  });
});
// On a busy machine a pause between two requests can be long; it must not cost a connection.
server.keepAliveTimeout = 0;
server.requestTimeout = 0;
// Nobody is left to ask.
process.stdin.resume().on('end', () => process.exit());
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}/v1` })}\n`);
});
