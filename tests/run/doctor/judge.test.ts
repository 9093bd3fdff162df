import { describe, expect, test } from 'vitest';
import type { Completion } from '../../../src/core/completion.ts';
import { judgeDisk } from '../../../src/run/doctor/disk.ts';
import { examinationExit } from '../../../src/run/doctor/examine.ts';
import { type Check, checks, type Finding, finding, inOrder } from '../../../src/run/doctor/finding.ts';
import { judgeAnswers } from '../../../src/run/doctor/judge-answers.ts';
import { judgeCounts } from '../../../src/run/doctor/judge-counts.ts';
import { judgeServer } from '../../../src/run/doctor/judge-server.ts';
import type { Observed, Probe } from '../../../src/run/doctor/observed.ts';
import { windowFix } from '../../../src/run/doctor/window-fix.ts';

const completion = (more: Partial<Completion> & { prompt?: number | null; cached?: number | null } = {}) => {
  const { prompt = 1_000, cached = 0, ...rest } = more;
  return {
    text: '12345',
    reasoning: null,
    finishReason: 'stop',
    servedModel: 'm',
    usage: { promptTokens: prompt, completionTokens: 30, cachedTokens: cached },
    ttftMs: 100,
    latencyMs: 1_000,
    ...rest,
  } satisfies Completion;
};
const answered = (planned: number, counted: number | null, more: Parameters<typeof completion>[0] = {}) =>
  ({
    ...{ planned, around: 8, contextLength: planned + 128, code: '12345', error: null },
    completion: completion({ prompt: counted, ...more }),
  }) satisfies Probe;
const failed = (kind: 'overflow' | 'timeout' | 'not_found', servedWindow: number | null = null): Probe => ({
  ...{ planned: 32_000, around: 8, contextLength: 32_128, code: '12345', completion: null },
  error: { kind, message: `it said ${kind}`, servedWindow },
});

/** A server with which all is well, and what is different about it. */
const seen = (more: Partial<Observed> = {}): Observed => ({
  patient: { model: 'm', api: 'chat', maxTokens: 128, claimed: 131_072, longest: 32_128 },
  listed: [{ id: 'm', window: 131_072 }],
  server: { kind: null, window: null, slots: null, clockAheadMs: 400 },
  window: 131_072,
  tokenizer: { id: 'o200k_base', exact: true, warning: null },
  overheadKnown: true,
  cutShare: 0.01,
  adapted: [],
  talk: answered(0, 20),
  short: answered(1_000, 1_000),
  again: answered(1_000, 1_000),
  middle: answered(4_000, 4_000),
  longest: answered(32_000, 32_000),
  ...more,
});
const judge = (more: Partial<Observed> = {}): Finding[] => {
  const observed = seen(more);
  return [...judgeServer(observed), ...judgeCounts(observed), ...judgeAnswers(observed)];
};
const one = (check: Check, more: Partial<Observed> = {}): Finding => {
  const found = judge(more).filter((each) => each.check === check);
  expect(found).toHaveLength(1);
  return found[0] as Finding;
};

test('where all is well every check says so, in one line and without a fix', () => {
  const findings = judge();
  expect(findings.map(({ check }) => check).toSorted()).toEqual(
    checks.filter((check) => !['reach', 'key', 'disk'].includes(check)).toSorted(),
  );
  for (const { severity, message, fix } of findings) {
    expect([severity, fix], message).toEqual(['ok', null]);
    expect(message).not.toContain('\n');
  }
});

test('every problem and warning has its fix in one line', () => {
  const shapes: Partial<Observed>[] = [
    { listed: [{ id: 'mm', window: 1 }], talk: failed('not_found') },
    { window: 8_192 },
    { longest: answered(32_000, 4_098) },
    { middle: answered(4_000, 4_400) },
    { short: answered(1_000, 1_011) },
    { talk: answered(0, null), short: answered(1_000, null), longest: answered(32_000, null, { text: 'x' }) },
    { talk: answered(0, 20, { reasoning: 'hm', text: '' }) },
    { server: { kind: 'vLLM', window: null, slots: null, clockAheadMs: -3_600_000 } },
  ];
  for (const shape of shapes) {
    const bad = judge(shape).filter(({ severity }) => severity === 'problem' || severity === 'warning');
    expect(bad.length, JSON.stringify(Object.keys(shape))).toBeGreaterThan(0);
    for (const { fix, message } of bad) expect(fix, message).toMatch(/^[^\n]{8,}$/);
  }
});

describe('silent truncation', () => {
  test('half of a window and two tokens is Ollama’s way, and the fix is Ollama’s', () => {
    expect(one('truncation', { longest: answered(32_000, 4_098, { text: 'nothing' }) })).toEqual({
      check: 'truncation',
      severity: 'problem',
      message:
        'prompts are cut in silence: of 32000 tokens the server read 4098, as Ollama does with a window of 8192; the number at its start did not come back',
      fix: 'start it with OLLAMA_CONTEXT_LENGTH=32128 ollama serve (the API has no field for it); or --lengths up to 8192',
    });
  });

  test('any other cut names the window that fits it, at the shortest prompt that was cut', () => {
    const cut = { middle: answered(4_000, 1_872), longest: answered(32_000, 1_872) };
    const { message, fix } = one('truncation', {
      ...cut,
      server: { ...seen().server, kind: 'SGLang' },
    });
    expect(message).toContain('of 4000 tokens the server read 1872; its window is about 2000');
    expect(fix).toBe('start it with --context-length 32128; or --lengths up to 2000');
    // What was cut says nothing of the tokenizer.
    expect(one('tokenizer', cut).severity).toBe('ok');
  });

  test('without counts, a canary that was lost at length and found in short is a warning', () => {
    const blind = { short: answered(1_000, null), middle: null };
    const lost = answered(32_000, null, { text: 'The text does not say.' });
    expect(one('truncation', { ...blind, longest: lost })).toMatchObject({ severity: 'warning' });
    expect(one('truncation', { ...blind, longest: answered(32_000, null) })).toMatchObject({
      severity: 'ok',
    });
    const weak = { short: answered(1_000, null, { text: 'x' }), middle: null, longest: lost };
    expect(one('truncation', weak)).toMatchObject({ severity: 'unknown' });
  });

  test('a refusal is no cut, and a miss that was counted whole is the model’s', () => {
    expect(one('truncation', { longest: failed('overflow', 8_192) })).toMatchObject({ severity: 'ok' });
    expect(one('truncation', { longest: failed('timeout') })).toMatchObject({ severity: 'unknown' });
    expect(one('truncation', { longest: answered(32_000, 32_000, { text: 'x' }) })).toMatchObject({
      severity: 'note',
    });
  });
});

describe('tokens', () => {
  test('what grows with the prompt is the tokenizer’s, what stays is the template’s', () => {
    expect(one('tokenizer', { middle: answered(4_000, 4_300) })).toMatchObject({ severity: 'problem' });
    const template = { short: answered(1_000, 1_011), middle: answered(4_000, 4_011) };
    expect(one('tokenizer', template)).toMatchObject({ severity: 'ok' });
    expect(one('template', template)).toMatchObject({
      severity: 'warning',
      fix: 'templateOverhead: 19 in the model’s entry',
    });
    // Learnt after the first answer: the second prompt is planned with it.
    const learnt = { short: answered(1_000, 1_011), middle: { ...answered(4_000, 4_000), around: 19 } };
    expect(one('template', { ...learnt, overheadKnown: false })).toMatchObject({ severity: 'ok' });
    expect(one('tokenizer', { ...learnt, overheadKnown: false })).toMatchObject({ severity: 'ok' });
  });

  test('another tokenizer’s share is no cut, while the first words are read', () => {
    const foreign = {
      short: answered(1_000, 975),
      middle: answered(4_000, 3_880),
      longest: answered(32_000, 31_000),
    };
    expect(one('tokenizer', foreign)).toMatchObject({ severity: 'problem' });
    expect(one('truncation', foreign)).toMatchObject({ severity: 'ok' });
    const cut = { ...foreign, longest: answered(32_000, 16_000, { text: 'x' }) };
    expect(one('truncation', cut)).toMatchObject({ severity: 'problem' });
    // The short one itself was cut: its share says nothing.
    const small = answered(1_000, 500, { text: 'x' });
    expect(one('truncation', { short: small, middle: null, longest: null }).severity).toBe('problem');
  });

  test('an estimate is a note while it is close', () => {
    const tokenizer = { id: 'calibrated:o200k_base', exact: false, warning: null };
    expect(one('tokenizer', { tokenizer, middle: answered(4_000, 4_020) })).toMatchObject({
      severity: 'note',
    });
    expect(one('tokenizer', { tokenizer, middle: answered(4_000, 3_600), cutShare: 0.4 })).toMatchObject({
      severity: 'warning',
    });
  });
});

describe('window', () => {
  test('served against planned and claimed; a refusal knows best', () => {
    expect(one('window', { window: 65_536 })).toMatchObject({ severity: 'warning' });
    expect(one('window', { window: 8_192 })).toMatchObject({ severity: 'problem' });
    expect(one('window', { window: 131_072, longest: failed('overflow', 8_192) })).toMatchObject({
      severity: 'problem',
      message: expect.stringContaining('8192'),
    });
    expect(one('window', { window: null })).toMatchObject({ severity: 'unknown' });
  });

  test('each server is told in its own flags', () => {
    const fix = (kind: Observed['server']['kind'], model = 'm', slots: number | null = null): string =>
      windowFix({ kind, model, tokens: 131_072, slots });
    expect(fix('Ollama')).toContain('OLLAMA_CONTEXT_LENGTH=131072');
    expect(fix('vLLM')).toBe('vllm serve m --max-model-len 131072');
    expect(fix('vLLM', 'Qwen/Qwen2-7B-Instruct')).toBe(
      `vllm serve Qwen/Qwen2-7B-Instruct --max-model-len 131072 --hf-overrides '{"rope_parameters":{"rope_type":"yarn","factor":4,"original_max_position_embeddings":32768,"rope_theta":1000000}}'`,
    );
    // Ids come from servers: what is offered for pasting stays one word.
    expect(fix('vLLM', "m'; reboot")).toBe("vllm serve 'm'\\''; reboot' --max-model-len 131072");
    expect(fix('SGLang')).toContain('--context-length 131072');
    expect(fix('llama.cpp')).toContain('-c 131072 -np 1');
    expect(fix('llama.cpp', 'm', 4)).toContain('-c 524288 -np 4: -c is shared among the slots');
    expect(fix('LM Studio')).toContain('--context-length 131072');
    for (const name of ['OLLAMA_CONTEXT_LENGTH', '--max-model-len', '--context-length', '-c, shared'])
      expect(fix(null)).toContain(name);
  });
});

test('the nearest id is suggested, and an answer outweighs a list', () => {
  const listed = [{ id: 'qwen2-7b-instruct', window: null }];
  const patient = { ...seen().patient, model: 'qwen2-7b-instuct' };
  const unknown = { patient, listed, talk: failed('not_found') };
  expect(one('model', unknown)).toMatchObject({ severity: 'problem', fix: '--model qwen2-7b-instruct' });
  expect(one('model', { patient, listed })).toMatchObject({ severity: 'warning' });
  expect(one('model', { listed: null })).toMatchObject({ severity: 'ok' });
});

describe('answers', () => {
  test('one that is held back and comes at once tells no first token', () => {
    const held = completion({ ttftMs: 995, latencyMs: 1_000 });
    expect(one('ttft', { talk: { ...answered(0, 20), completion: held } })).toMatchObject({
      severity: 'warning',
    });
    const quick = completion({ ttftMs: 9, latencyMs: 10 });
    expect(one('ttft', { talk: { ...answered(0, 20), completion: quick } })).toMatchObject({
      severity: 'unknown',
    });
    const whole = completion({ ttftMs: null });
    const talk = { ...answered(0, 20), completion: whole };
    expect(one('streaming', { talk })).toMatchObject({ severity: 'warning' });
  });

  test('thoughts are told, and those that leave no room for an answer are a problem', () => {
    const thinks = (text: string): Partial<Observed> => ({
      talk: answered(0, 20, { reasoning: 'Let me see.', text }),
    });
    expect(one('thinking', thinks('1 2 3'))).toMatchObject({ severity: 'warning' });
    expect(one('thinking', thinks(''))).toMatchObject({ severity: 'problem' });
  });

  test('a prefix cache shows in the second answer', () => {
    expect(one('cache', { again: answered(1_000, 1_000, { cached: 999 }) }).message).toMatch(/^on: 999 of/);
    expect(one('cache', { again: answered(1_000, 1_000, { cached: null }) })).toMatchObject({
      severity: 'unknown',
    });
  });
});

test('a disk must hold the rows', () => {
  expect(judgeDisk({ place: '/', freeBytes: 1e12, cells: 1_000 })).toMatchObject({ severity: 'ok' });
  expect(judgeDisk({ place: '/', freeBytes: 1e6, cells: 1 })).toMatchObject({ severity: 'warning' });
});

test('exit codes follow what is wrong', () => {
  const exit = (...problems: Check[]): string => {
    const findings = problems.map((check) => finding(check, 'problem', ['m']));
    const disk = findings.find(({ check }) => check === 'disk') ?? finding('disk', 'ok', ['m']);
    const model = {
      name: 'm',
      model: 'm',
      endpointHost: null,
      server: null,
      tokenizer: null,
      promptTokens: 0,
    };
    const windows = { claimed: null, served: null };
    return examinationExit({ models: [{ ...model, windows, findings }], disk });
  };
  expect([exit(), exit('truncation'), exit('window', 'model'), exit('reach', 'disk')]).toEqual([
    'done',
    'gate',
    'incomplete',
    'unusable',
  ]);
  const shuffled = ['cache', 'reach', 'usage'].map((check) => finding(check as Check, 'ok', ['m']));
  expect(inOrder(shuffled).map(({ check }) => check)).toEqual(['reach', 'usage', 'cache']);
});
