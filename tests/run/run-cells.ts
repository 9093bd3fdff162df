import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '../../src/core/hash.ts';
import type { Result } from '../../src/core/result.ts';
import { readRun } from '../../src/results/read-run.ts';
import { openRunFolder } from '../../src/results/writer.ts';
import { type ExecuteOptions, executeRun } from '../../src/run/execute.ts';
import type { Execution, ModelJob, PlannedCell, RunEvent, RunSummary } from '../../src/run/job.ts';
import { includes } from '../../src/scorers/includes.ts';
import { manifest } from '../results/row-fixture.ts';
import {
  chatAnswer,
  type Reply,
  type ScriptedServer,
  type SeenRequest,
  startScriptedServer,
} from './scripted-server.ts';

/** A key that must show up nowhere. */
export const apiKey = 'sk-secret-0123456789';
const servers: ScriptedServer[] = [];
const dirs: string[] = [];

/** Stops what the tests of a file started; for `afterAll`. */
export async function cleanUp(): Promise<void> {
  for (const server of servers.splice(0)) await server.close();
  for (const dir of dirs.splice(0)) await rm(dir, { recursive: true, force: true });
}

/** A folder that is gone after the tests. */
export async function freshDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'needlescope-run-'));
  dirs.push(dir);
  return dir;
}

/** A scripted server that `cleanUp` stops. */
export async function serverOf(
  script: (request: SeenRequest) => Reply | Promise<Reply>,
  port = 0,
): Promise<ScriptedServer> {
  const server = await startScriptedServer(script, port);
  servers.push(server);
  return server;
}

/** Cells whose prompt names them: `cell 3 of a`, 100 tokens times (3 + 1). */
export function cellsOf(model: string, count: number): PlannedCell[] {
  return Array.from({ length: count }, (_, i) => {
    const promptTokens = 100 * (i + 1);
    const text = `cell ${i} of ${model}`;
    return {
      key: `${model}-${i}`,
      cell: { model, task: 'niah_single', contextLength: promptTokens + 32, depth: 0.5, trial: i },
      promptTokens,
      build: async () => ({
        promptKey: `p-${i}`,
        sample: {
          promptTokens,
          promptChars: text.length,
          promptSha256: sha256(text),
          target: ['48213'],
          needles: [],
          question: null,
          evidence: null,
        },
        messages: [{ role: 'user', content: text }],
        text,
      }),
    };
  });
}

/** A model at `baseUrl` with `count` cells, with `more` over it. */
export function jobOn(baseUrl: string, count: number, more: Partial<ModelJob> = {}): ModelJob {
  const name = more.name ?? 'a';
  return {
    name,
    model: 'the-model',
    baseUrl,
    apiKey,
    headers: {},
    api: 'chat',
    maxTokens: 32,
    temperature: 0,
    extraBody: {},
    stop: [],
    priceUsd: null,
    overheadUnknown: false,
    learnCount: () => undefined,
    scorerOf: () => ({ name: 'includes', scorer: includes }),
    cells: cellsOf(name, count),
    ...more,
  };
}

interface Outcome {
  readonly summary: RunSummary;
  readonly events: readonly RunEvent[];
  readonly rows: readonly Result[];
  readonly dir: string;
  /** Everything a reader could see, for secrets. */
  readonly shown: string;
}

interface Run extends Partial<Pick<ExecuteOptions, 'stop' | 'abort'>> {
  readonly jobs: readonly ModelJob[];
  readonly dir?: string;
  readonly execution?: Partial<Execution>;
  readonly budget?: Partial<ExecuteOptions['budget']>;
  readonly onEvent?: (event: RunEvent) => void;
}

/** Runs jobs into a folder and tells all that came of it. */
export async function run(options: Run): Promise<Outcome> {
  const dir = options.dir ?? (await freshDir());
  const folder = await openRunFolder(dir);
  await folder.writeManifest(manifest());
  const events: RunEvent[] = [];
  try {
    const summary = await executeRun({
      jobs: options.jobs,
      execution: {
        concurrency: 2,
        requestsPerMinute: null,
        tokensPerMinute: null,
        timeoutSeconds: 5,
        maxAttempts: 3,
        stream: false,
        ...options.execution,
      },
      budget: { cost: null, promptTokens: null, minutes: null, ...options.budget },
      folder,
      seed: 7,
      onEvent: (event) => {
        events.push(event);
        options.onEvent?.(event);
      },
      stop: options.stop ?? new AbortController().signal,
      abort: options.abort ?? new AbortController().signal,
    });
    const { results } = await readRun(dir);
    const file = await readFile(join(dir, 'results.jsonl'), 'utf8');
    return { summary, events, rows: results, dir, shown: file + JSON.stringify(events) };
  } finally {
    await folder.close();
  }
}

/** The right answer, with the count that was planned for this prompt. */
export function rightAnswer({ prompt }: SeenRequest): Reply {
  const index = Number(/cell (\d+)/.exec(prompt)?.[1]);
  return chatAnswer('48213', { promptTokens: 100 * (index + 1) });
}

export const keysOf = (rows: readonly Result[]): string[] => rows.map(({ key }) => key).sort();
export const typesOf = (events: readonly RunEvent[]): string[] => events.map(({ type }) => type);
