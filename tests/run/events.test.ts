import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { RunEvent } from '../../src/run/job.ts';
import { apiKey, cellsOf, cleanUp, jobOn, rightAnswer, run, serverOf } from './run-cells.ts';

afterAll(cleanUp);

/** Every path of fields in a value, lists through their first element: `usage.promptTokens`. */
function fieldsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return fieldsOf(value[0], `${path}[]`);
  if (value === null || typeof value !== 'object') return path === '' ? [] : [path];
  const entries = Object.entries(value);
  // An object that the page does not spell out.
  if (entries.length === 0) return [];
  return entries.flatMap(([name, inner]) => fieldsOf(inner, path === '' ? name : `${path}.${name}`));
}

/** Events of all kinds that calls can come to: a rate limit, a limit a minute, a window, an adaptation, a budget. */
async function eventfulRun(): Promise<readonly RunEvent[]> {
  const tries = new Map<string, number>();
  const server = await serverOf((request) => {
    const { prompt, body } = request;
    const before = tries.get(prompt) ?? 0;
    tries.set(prompt, before + 1);
    if ('temperature' in body)
      return { json: { error: { message: "unsupported parameter: 'temperature'" } }, status: 400 };
    if (prompt.startsWith('cell 0') && before < 2)
      return { text: 'slow down', status: 429, headers: { 'retry-after-ms': '30' } };
    if (prompt.startsWith('cell 4')) {
      const message = "This model's maximum context length is 480 tokens. However, you requested 532 tokens.";
      return { json: { error: { message, code: 'context_length_exceeded' } }, status: 400 };
    }
    const headers = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '40ms' };
    return { ...(rightAnswer(request) as { readonly json: unknown }), headers };
  });
  const { events } = await run({
    jobs: [jobOn(server.url, 9, { priceUsd: { input: 1_000, cachedInput: 1_000, output: 0 } })],
    budget: { cost: 1.7 },
    execution: { concurrency: 1 },
  });
  return events;
}

test('the page on the event log holds every field that events have', async () => {
  const page = await readFile(resolve(import.meta.dirname, '../../docs/events.md'), 'utf8');
  const documented = new Map<string, Set<string>>();
  for (const [line] of page.matchAll(/^\{"at":.*\}$/gm)) {
    const { type, ...fields } = JSON.parse(line.replaceAll('{…}', '{}')) as Record<string, unknown>;
    const known = documented.get(String(type)) ?? new Set();
    for (const field of fieldsOf(fields)) known.add(field);
    documented.set(String(type), known);
  }
  const events = await eventfulRun();
  const types = new Set(events.map(({ type }) => type));
  expect([...types].sort()).toEqual(
    [
      'adapted',
      'answered',
      'attempt',
      'error',
      'finished',
      'learned',
      'request',
      'result',
      'started',
      'stopping',
      'taken',
      'waiting',
      'warning',
    ].sort(),
  );
  for (const event of events) {
    const { type, ...fields } = JSON.parse(JSON.stringify(event)) as Record<string, unknown>;
    const shown = fieldsOf(fields).filter((field) => !/^(cell|result)\.|^summary\.estimate\./.test(field));
    const known = documented.get(String(type)) ?? new Set();
    expect(
      shown.filter((field) => !known.has(field)),
      String(type),
    ).toEqual([]);
  }
});

test('events around a call hold no prompt, no answer and nothing that the endpoint said', async () => {
  const said = 'I was asked: cell 1 of a; my token is';
  const server = await serverOf((request) =>
    request.index % 2 === 0
      ? { json: { error: { message: `${said} ${apiKey}`, code: said } }, status: 500 }
      : rightAnswer(request),
  );
  const { events, shown } = await run({ jobs: [jobOn(server.url, 0, { cells: cellsOf('a', 3) })] });
  const around = events.filter(({ type }) =>
    ['taken', 'waiting', 'request', 'answered', 'error', 'learned'].includes(type),
  );
  expect(around.length).toBeGreaterThan(10);
  const text = JSON.stringify(around);
  expect(text).not.toContain('cell 1 of a');
  expect(text).not.toContain('48213');
  expect(shown).not.toContain(apiKey);
});
