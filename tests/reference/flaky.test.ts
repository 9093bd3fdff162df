import { expect, test } from 'vitest';
import { type FaultKind, faultKinds, faultOf } from '../../src/reference/faults.ts';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import { events, post } from './endpoint.ts';
import { ask, facts, hide, sentences } from './synthetic.ts';

const content = ask('en', hide('en', sentences('en', 60), facts.en.needle, 0.5), facts.en.question);

/** What a caller makes of one request: `ok`, or the fault as seen from outside. */
async function outcomeOf(server: ReferenceServer, stream: boolean): Promise<FaultKind | 'ok'> {
  const request = {
    model: 'known-answer/flaky',
    messages: [{ role: 'user', content }],
    max_tokens: 64,
    stream,
  };
  const response = await post(server, '/v1/chat/completions', request).catch(() => null);
  if (response === null) return 'reset';
  if (response.status === 429) {
    expect(['0', '1']).toContain(response.headers.get('retry-after'));
    await response.text();
    return 'rate_limited';
  }
  if (response.status !== 200) {
    await response.text();
    return response.status === 500 ? 'server_error' : 'unavailable';
  }
  if (stream) {
    const all = await events(response);
    if (all.some((event) => event !== '[DONE]' && event.error !== undefined)) return 'error_in_200';
    return all.at(-1) === '[DONE]' ? 'ok' : 'half_answer';
  }
  const text = await response.text();
  try {
    return 'error' in JSON.parse(text) ? 'error_in_200' : 'ok';
  } catch {
    return 'half_answer';
  }
}

test.each([false, true])('every fault of the plan is what the caller sees (stream: %s)', async (stream) => {
  const server = await startReferenceServer({ seed: 11 });
  try {
    const seen: string[] = [];
    for (let request = 0; request < 120; request++) seen.push(await outcomeOf(server, stream));
    expect(seen).toEqual(Array.from({ length: 120 }, (_, i) => faultOf(11, i, 0.3)?.kind ?? 'ok'));
    expect([...new Set(seen)].sort()).toEqual(['ok', ...faultKinds].sort());
    expect(server.requests()).toHaveLength(120);
  } finally {
    await server.close();
  }
});

test('faults follow their seed and their rate', () => {
  const of = (seed: number, rate = 0.3) => Array.from({ length: 2_000 }, (_, i) => faultOf(seed, i, rate));
  expect(of(1)).toEqual(of(1));
  expect(of(1)).not.toEqual(of(2));
  const share = of(1).filter((fault) => fault !== null).length / 2_000;
  expect(share).toBeGreaterThan(0.26);
  expect(share).toBeLessThan(0.34);
  expect(of(1, 0).every((fault) => fault === null)).toBe(true);
});
