import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { allFaults, type FaultKind, faultKinds, faultOf, quickFaults } from '../../src/reference/faults.ts';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import { events, post } from './endpoint.ts';
import { ask, facts, hide, sentences } from './synthetic.ts';

const content = ask('en', hide('en', sentences('en', 60), facts.en.needle, 0.5), facts.en.question);

interface Asked {
  readonly stream: boolean;
  readonly model: string;
  /** @default '/v1' */
  readonly base?: string;
  /** What is not waited for longer than a moment. */
  readonly impatientFor?: 'head' | 'body' | undefined;
}

const momentMs = 150;

/** What a caller makes of one request: `ok`, or the fault as seen from outside. */
async function outcomeOf(server: ReferenceServer, asked: Asked): Promise<FaultKind | 'ok'> {
  const { stream, model, base = '/v1', impatientFor } = asked;
  const request = { model, messages: [{ role: 'user', content }], max_tokens: 64, stream };
  const patience = impatientFor === 'head' ? AbortSignal.timeout(momentMs) : undefined;
  const response = await post(server, `${base}/chat/completions`, request, patience).catch(() => null);
  if (response === null) return patience?.aborted ? 'hang' : 'reset';
  if (response.status === 429) {
    const wait = response.headers.get('retry-after');
    await response.text();
    if (wait === null) return 'rate_limited_unsaid';
    expect(['0', '1']).toContain(wait);
    return 'rate_limited';
  }
  if (response.status !== 200) {
    await response.text();
    if (response.status === 502) return 'bad_gateway';
    return response.status === 500 ? 'server_error' : 'unavailable';
  }
  const read = stream ? streamOf(response) : bodyOf(response);
  if (impatientFor !== 'body') return read;
  read.catch(() => undefined);
  return Promise.race([read, sleep(momentMs, 'stall' as const)]);
}

async function streamOf(response: Response): Promise<FaultKind | 'ok'> {
  const all = await events(response);
  if (all.some((event) => event !== '[DONE]' && event.error !== undefined)) return 'error_in_200';
  return all.at(-1) === '[DONE]' ? 'ok' : 'half_answer';
}

async function bodyOf(response: Response): Promise<FaultKind | 'ok'> {
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
    const plan = quickFaults(0.3);
    const seen: string[] = [];
    for (let request = 0; request < 120; request++) {
      seen.push(await outcomeOf(server, { stream, model: 'known-answer/flaky' }));
    }
    expect(seen).toEqual(Array.from({ length: 120 }, (_, i) => faultOf(11, i, plan)?.kind ?? 'ok'));
    expect([...new Set(seen)].sort()).toEqual(['ok', ...plan.kinds].sort());
    expect(server.requests().map(({ fault }) => fault ?? 'ok')).toEqual(seen);
  } finally {
    await server.close();
  }
});

test.each([false, true])(
  'any profile fails in all ways where the address asks for it (stream: %s)',
  async (stream) => {
    const server = await startReferenceServer({ seed: 4 });
    try {
      const plan = allFaults(0.6);
      const model = 'known-answer/perfect';
      const seen: string[] = [];
      const planned = Array.from({ length: 70 }, (_, i) => faultOf(4, i, plan)?.kind ?? 'ok');
      for (const kind of planned) {
        const impatientFor = kind === 'hang' ? 'head' : kind === 'stall' ? 'body' : undefined;
        const outcome = outcomeOf(server, { stream, model, base: '/faults/0.6/v1', impatientFor });
        if (kind === 'late_first_byte') {
          expect(await Promise.race([outcome, sleep(100, 'late')])).toBe('late');
          expect(await outcome).toBe('ok');
          seen.push(kind);
        } else seen.push(await outcome);
      }
      expect(seen).toEqual(planned);
      expect([...new Set(seen)].sort()).toEqual(['ok', ...faultKinds].sort());
      const asked = { stream, model };
      for (let request = 0; request < 20; request++) expect(await outcomeOf(server, asked)).toBe('ok');
    } finally {
      await server.close();
    }
  },
);

test.each(['1.5', 'often', '', '-1'])('/faults/%s is no share', async (share) => {
  const server = await startReferenceServer();
  try {
    const request = { model: 'known-answer/perfect', messages: [{ role: 'user', content: 'Hello.' }] };
    const response = await post(server, `/faults/${share}/v1/chat/completions`, request);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('from 0 to 1');
  } finally {
    await server.close();
  }
});

test('faults follow their seed and their rate', () => {
  const of = (seed: number, rate = 0.3) =>
    Array.from({ length: 2_000 }, (_, i) => faultOf(seed, i, allFaults(rate)));
  expect(of(1)).toEqual(of(1));
  expect(of(1)).not.toEqual(of(2));
  const share = of(1).filter((fault) => fault !== null).length / 2_000;
  expect(share).toBeGreaterThan(0.26);
  expect(share).toBeLessThan(0.34);
  expect(of(1, 0).every((fault) => fault === null)).toBe(true);
});
