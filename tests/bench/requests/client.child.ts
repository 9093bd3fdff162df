import { readFileSync } from 'node:fs';
import { createEndpointClient } from '../../../src/client/openai-client.ts';
import type { SlicedText } from '../../../src/core/sliced-text.ts';
import { childOptions } from '../child.ts';

// Asks a million tokens over and over, and tells what that cost this process.

/** What this process is started with. */
export interface ClientOptions {
  /** `ours`: slices of bytes through our client. `plain`: one string through the openai package as others use it. */
  readonly mode: 'ours' | 'plain';
  readonly url: string;
  /** UTF-8 of the corpus (`plain`), or its bytes between the quotes of a JSON string (`ours`). */
  readonly file: string;
  readonly promptBytes: number;
  readonly concurrency: number;
  readonly requests: number;
}

/** What it prints. */
export interface ClientFigures {
  readonly cpuMs: number;
  readonly wallMs: number;
  /** Before the first request, corpus loaded. */
  readonly startMb: number;
  /** The most that the process ever took. */
  readonly peakMb: number;
}

/** Asks the prompt that starts near the share `at` of the corpus; returns the answer's text. */
type Ask = (at: number) => Promise<string>;

const needle = ' The number for the lighthouse is 4821357.';
const head = 'Below is a long text between <text> tags. After it comes one question about it.\n\n<text>\n';
const tail = '\n</text>\n\nWhat is the number for the lighthouse?';
const maxTokens = 128;

function ours({ url, file, promptBytes }: ClientOptions): Ask {
  const corpus = readFileSync(file);
  const bytesOf = (text: string): Uint8Array => Buffer.from(JSON.stringify(text).slice(1, -1));
  const [first, middle, last] = [bytesOf(head), bytesOf(needle), bytesOf(tail)];
  const client = createEndpointClient({ baseUrl: url, apiKey: 'none', headers: {}, timeoutSeconds: 60 });
  return async (at) => {
    // Spaces are no part of an escape or of a longer character.
    const from = corpus.indexOf(0x20, Math.floor(at * (corpus.length - promptBytes - 1_000)));
    const cut = corpus.indexOf(0x20, from + promptBytes / 2);
    const slices = [
      first,
      corpus.subarray(from, cut),
      middle,
      corpus.subarray(cut, from + promptBytes),
      last,
    ];
    const text: SlicedText = {
      chars: promptBytes,
      bytes: () => slices,
      jsonBytes: () => slices,
      toString: () => Buffer.concat(slices).toString(),
    };
    const { text: answer } = await client.complete({
      api: 'chat',
      model: 'sink',
      messages: [{ role: 'user', content: text }],
      text,
      maxTokens,
      temperature: 0,
      stop: [],
      extraBody: {},
      stream: true,
    });
    return answer;
  };
}

/** As much of the openai package as is used here. */
interface PlainPackage {
  readonly OpenAI: new (options: {
    readonly baseURL: string;
    readonly apiKey: string;
    readonly maxRetries: number;
  }) => {
    readonly chat: {
      readonly completions: { create(body: object): Promise<AsyncIterable<PlainChunk>> };
    };
  };
}
interface PlainChunk {
  readonly choices: readonly { readonly delta: { readonly content?: string } }[];
}

async function plain({ url, file, promptBytes }: ClientOptions): Promise<Ask> {
  // By a name known at run time only: src/client alone imports the package, and this is everybody else's way to use it.
  const name: string = 'openai';
  const { OpenAI } = (await import(name)) as PlainPackage;
  const client = new OpenAI({ baseURL: url, apiKey: 'none', maxRetries: 0 });
  const corpus = readFileSync(file, 'utf8');
  return async (at) => {
    const from = Math.floor(at * (corpus.length - promptBytes));
    const cut = from + promptBytes / 2;
    const text = head + corpus.slice(from, cut) + needle + corpus.slice(cut, from + promptBytes) + tail;
    const stream = await client.chat.completions.create({
      model: 'sink',
      messages: [{ role: 'user', content: text }],
      max_tokens: maxTokens,
      temperature: 0,
      stream: true,
      stream_options: { include_usage: true },
    });
    let answer = '';
    for await (const chunk of stream) answer += chunk.choices[0]?.delta.content ?? '';
    return answer;
  };
}

async function askAll(ask: Ask, requests: number, concurrency: number): Promise<void> {
  let asked = 0;
  const lane = async (): Promise<void> => {
    while (asked < requests) {
      const answer = await ask(((asked++ * 7_919) % 1_000) / 1_000);
      if (answer !== '7') throw new Error(`expected the sink's answer, got ${JSON.stringify(answer)}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
}

const mb = (bytes: number): number => bytes / 2 ** 20;
const options = childOptions() as ClientOptions;
const { mode, concurrency, requests } = options;
const ask = mode === 'ours' ? ours(options) : await plain(options);
const startMb = mb(process.memoryUsage.rss());
await askAll(ask, Math.max(8, concurrency), concurrency);
const cpu = process.cpuUsage();
const startedAt = performance.now();
await askAll(ask, requests, concurrency);
const spent = process.cpuUsage(cpu);
const figures: ClientFigures = {
  cpuMs: (spent.user + spent.system) / 1_000 / requests,
  wallMs: (performance.now() - startedAt) / requests,
  startMb,
  peakMb: process.resourceUsage().maxRSS / 2 ** 10,
};
process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit());
