import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sha256 } from '../../src/core/hash.ts';

/** What an endpoint in front of another one does to its answers. */
export interface Noise {
  /** Share of prompts whose answer it knows, the same prompts whenever it is asked. */
  readonly base: number;
  /** Share of answers turned round, anew for each `salt`. */
  readonly flips: number;
  readonly salt: string;
  /** What is lost of `base` for prompts of so many tokens. */
  readonly drop: (promptTokens: number) => number;
}

/** A server that passes chat completions, not streamed, on to `upstream` and spoils some of the answers. */
export async function startNoisyEndpoint(
  upstream: string,
  noise: Noise,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const path = (request.url ?? '').replace(/^\/v1/, '');
    const reply = await fetch(upstream + path, {
      method: request.method ?? 'GET',
      headers: { 'content-type': 'application/json' },
      ...(body.length === 0 ? {} : { body }),
    });
    const text = await reply.text();
    response.writeHead(reply.status, { 'content-type': 'application/json' });
    response.end(path === '/chat/completions' && reply.ok ? spoiled(text, sha256(body), noise) : text);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function spoiled(text: string, prompt: string, { base, flips, salt, drop }: Noise): string {
  const reply = JSON.parse(text) as {
    choices: { message: { content: string } }[];
    usage: { prompt_tokens: number };
  };
  const seen = shareOf(prompt) < base - drop(reply.usage.prompt_tokens);
  const right = seen !== shareOf(sha256(`${salt} ${prompt}`)) < flips;
  const [choice] = reply.choices;
  if (!right && choice !== undefined) choice.message.content = 'It is not in the text.';
  return JSON.stringify(reply);
}

/** A number from 0 to 1 that a hash stands for. */
function shareOf(hash: string): number {
  return Number.parseInt(hash.slice(0, 12), 16) / 2 ** 48;
}
