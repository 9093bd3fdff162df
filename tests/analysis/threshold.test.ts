import { describe, expect, test } from 'vitest';
import { formatMeasure, measures, parseThreshold } from '../../src/analysis/threshold.ts';
import { NeedlescopeError } from '../../src/core/errors.ts';

describe('parseThreshold', () => {
  test.each([
    ['accuracy >= 0.95', { measure: 'accuracy', operator: '>=', value: 0.95, range: null }],
    ['accuracy>=95%', { measure: 'accuracy', operator: '>=', value: 0.95, range: null }],
    ['accuracy[64k..128k] >= 0.9', { measure: 'accuracy', value: 0.9, range: { from: 64_000, to: 128_000 } }],
    [
      'coverage [ 1Ki .. 1Ki ] > 0.5',
      { measure: 'coverage', operator: '>', range: { from: 1024, to: 1024 } },
    ],
    ['effectiveLength >= 64k', { measure: 'effectiveLength', value: 64_000 }],
    ['failed == 0', { measure: 'failed', operator: '==', value: 0 }],
    ['coverage >= 0.98', { measure: 'coverage', value: 0.98 }],
    ['ttft.p95 <= 20s', { measure: 'ttft.p95', operator: '<=', value: 20_000 }],
    ['latency.p50 < 1500ms', { measure: 'latency.p50', operator: '<', value: 1500 }],
    ['ttft.p99 <= 2 min', { measure: 'ttft.p99', value: 120_000 }],
    ['cost <= 5', { measure: 'cost', operator: '<=', value: 5 }],
    ['cost <= $0.50', { measure: 'cost', value: 0.5 }],
    ['cost <= 5 USD', { measure: 'cost', value: 5 }],
  ])('%s', (text, expected) => {
    expect(parseThreshold(text)).toMatchObject({ ...expected, text });
  });

  test('keeps the text as written, trimmed', () => {
    expect(parseThreshold('  failed == 0 ').text).toBe('failed == 0');
  });

  test('every measure parses its own example', () => {
    expect(Object.keys(measures).length).toBeGreaterThan(6);
    for (const [name, { example }] of Object.entries(measures)) {
      expect(parseThreshold(example).measure).toBe(name);
    }
  });

  test.each([
    ['', /a measure, an operator and a value/],
    ['accuracy', /a measure, an operator and a value/],
    ['accuracy = 1', /a measure, an operator and a value/],
    ['0.9 <= accuracy', /a measure, an operator and a value/],
    ['acuracy >= 0.9', /one of the measures accuracy, coverage, effectiveLength, failed, ttft\.p50/],
    ['toString >= 0.9', /one of the measures/],
    ['ttft.p42 <= 1s', /one of the measures/],
    ['accuracy >= 95', /a fraction from 0 to 1/],
    ['accuracy >= 101%', /a fraction from 0 to 1/],
    ['accuracy >= -1', /a fraction from 0 to 1/],
    ['accuracy >= 0x1', /a fraction from 0 to 1/],
    ['accuracy[64k] >= 0.9', /a range of lengths/],
    ['accuracy[128k..64k] >= 0.9', /a range of lengths/],
    ['accuracy[a..b] >= 0.9', /a range of lengths/],
    ['accuracy[1k..2k..4k] >= 0.9', /a range of lengths/],
    ['failed[1k..2k] == 0', /failed without a range/],
    ['failed == 0.5', /a whole number/],
    ['effectiveLength >= long', /a length in tokens/],
    ['ttft.p95 <= 20', /a time such as 20s/],
    ['cost <= 5 EUR', /an amount in USD/],
  ])('refuses %j', (text, message) => {
    let caught: unknown;
    try {
      parseThreshold(text);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(NeedlescopeError);
    if (!(caught instanceof NeedlescopeError)) return;
    expect(caught.code).toBe('config_invalid');
    expect(caught.message).toMatch(message);
    expect(caught.message).toContain(JSON.stringify(text));
    // The hint's first example is itself right.
    const example = /^write it like (.*?)(?:,.*)?$/.exec(caught.hint ?? '')?.[1];
    expect(() => parseThreshold(example ?? '')).not.toThrow();
  });
});

test('values are printed in their unit', () => {
  expect(formatMeasure('accuracy', 0.9)).toBe('0.900');
  expect(formatMeasure('effectiveLength', 64_000)).toBe('64K');
  expect(formatMeasure('ttft.p95', 1234.5678)).toBe('1.235 s');
  expect(formatMeasure('cost', 4.1)).toBe('4.10 USD');
  expect(formatMeasure('failed', 3)).toBe('3');
});
