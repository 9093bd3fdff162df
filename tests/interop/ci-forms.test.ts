import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { renderBadgeSvg, renderShieldsJson } from '../../src/interop/badge.ts';
import { renderBenchmarkJson } from '../../src/interop/benchmark-json.ts';
import type { CiCase, CiOutcome, CiReport } from '../../src/interop/ci-report.ts';
import { renderAnnotations, renderJobSummary } from '../../src/interop/github.ts';
import { renderGitLabMetrics } from '../../src/interop/gitlab-metrics.ts';
import { renderJUnit } from '../../src/interop/junit.ts';

const schema = {
  fileName: 'junit.xsd',
  contents: readFileSync(join(import.meta.dirname, 'junit.xsd'), 'utf8'),
};
const outcomes: readonly CiOutcome[] = ['passed', 'failed', 'error', 'skipped'];

function report(more: Partial<CiReport> = {}): CiReport {
  return {
    title: 'check reports/x',
    startedAt: '2026-03-01T12:00:00.000Z',
    outcome: 'failed',
    simulated: true,
    cases: outcomes.map((outcome) => ({
      group: 'm on t',
      name: `a rule ${outcome}`,
      outcome,
      message: 'as found',
    })),
    figures: [
      {
        measure: 'accuracy',
        model: 'a "model"\\',
        task: 't',
        contextLength: 8_000,
        value: 0.975,
        interval: { lower: 0.92, upper: 0.99, n: 40 },
      },
      {
        measure: 'effective_length_shown',
        model: 'm',
        task: 't',
        contextLength: null,
        value: 64_000,
        interval: null,
      },
      { measure: 'failed', model: 'm', task: 't', contextLength: null, value: 2, interval: null },
    ],
    rows: [
      {
        model: 'm',
        task: 't',
        simulated: true,
        accuracy: '97.5 %',
        claimed: '128K',
        shown: '64K',
        notDisproved: '128K',
        answered: '40 of 40 scored',
      },
    ],
    ...more,
  };
}

const cases = (count: number, outcome: CiOutcome, message = 'm'): CiCase[] =>
  Array.from({ length: count }, (_, i) => ({ group: 'g', name: `rule ${i}`, outcome, message }));

/** What the schema says against each text, in one go: starting the validator takes most of the time. */
async function complaints(...texts: readonly string[]): Promise<string> {
  const xml = texts.map((contents, i) => ({ fileName: `junit-${i}.xml`, contents }));
  const { errors } = await validateXML({ xml, schema });
  return errors.map(({ rawMessage }) => rawMessage).join('\n');
}

test('JUnit tells a threshold from the endpoint, and keeps to the schema', async () => {
  const xml = renderJUnit(report());
  expect(xml).toContain('tests="4" failures="1" errors="1" skipped="1"');
  expect(xml).toContain('<failure type="threshold" message="as found">');
  expect(xml).toContain('<error type="incomplete" message="as found">');
  const none = renderJUnit(report({ cases: [] }));
  expect(await complaints(xml, none, renderJUnit(report({ cases: hostileCases() })))).toBe('');
});

test('the schema refuses what is no JUnit', async () => {
  const xml = renderJUnit(report());
  const renamed = xml.replace('<failure', '<fault').replace('</failure', '</fault');
  const found = await complaints(renamed, xml.replace('tests="4"', 'tests="many"'));
  expect(found).toContain('junit-0.xml');
  expect(found).toContain('junit-1.xml');
});

/** Cases whose texts are anything at all. */
function hostileCases(): CiCase[] {
  const hostile = fc.string({ unit: 'binary', maxLength: 40 });
  const texts = fc.sample(fc.tuple(hostile, hostile, hostile), { numRuns: 30, seed: 5 });
  return [...texts, ['</testcase>', '"/><x', ']]>&#0;\uD800\u0000']].map(([group, name, message], i) => ({
    group: `${group}`,
    name: `${name}`,
    message: `${message}`,
    outcome: outcomes[i % 4] as CiOutcome,
  }));
}

test('annotations stay within the ten that GitHub shows, and say how many there were', () => {
  const many = renderAnnotations(report({ cases: [...cases(25, 'failed'), ...cases(30, 'skipped')] }));
  expect(many.filter((line) => line.startsWith('::error ')).length).toBe(10);
  expect(many.filter((line) => line.startsWith('::error ')).at(-1)).toContain('and 16 more');
  expect(many.filter((line) => line.startsWith('::notice ')).length).toBe(1);
  expect(renderAnnotations(report({ cases: cases(10, 'error') }))).toHaveLength(10);
  expect(renderAnnotations(report({ cases: cases(3, 'passed') }))).toEqual([]);
});

test('no text can become a second workflow command', () => {
  const [line] = renderAnnotations(report({ cases: cases(1, 'failed', 'a\n::error::b\r100 %') }));
  expect(line).toBe(
    '::error title=needlescope check reports/x (SIMULATED)::failed: a%0A::error::b%0D100 %25',
  );
  const [titled] = renderAnnotations(report({ title: 'a,b::c', cases: cases(1, 'failed') }));
  expect(titled).toContain('title=needlescope a%2Cb%3A%3Ac (SIMULATED)::');
});

test('a summary keeps within its room, whatever there is to say', () => {
  const huge = report({ cases: cases(3_000, 'failed', 'x'.repeat(9_000)) });
  const text = renderJobSummary(huge);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_048_576);
  expect(text).toContain('SIMULATED');
  expect(text).toMatch(/and \d+ more/);
  expect(Buffer.byteLength(renderJobSummary(huge, 200))).toBeLessThanOrEqual(200);
  expect(renderJobSummary(huge, 10)).toBe('');
  expect(renderJobSummary(report())).toContain('| failed | m on t | a rule failed | as found |');
});

test('names and messages stay text in the summary', () => {
  const text = renderJobSummary(report({ cases: cases(1, 'failed', '<img src=x> | [a](b) `c` @user') }));
  expect(text).toContain('&lt;img src=x> \\| \\[a\\](b) \\`c\\` @\u200Buser');
});

test('GitLab’s metrics are OpenMetrics', () => {
  expect(renderGitLabMetrics(report()).split('\n')).toEqual([
    '# TYPE needlescope_accuracy gauge',
    '# HELP needlescope_accuracy Mean score over scored cells, 0 to 1.',
    'needlescope_accuracy{model="a \\"model\\"\\\\",task="t",context_length="8000",simulated="true"} 0.975',
    '# TYPE needlescope_effective_length_shown gauge',
    expect.stringContaining('# HELP needlescope_effective_length_shown '),
    'needlescope_effective_length_shown{model="m",task="t",simulated="true"} 64000',
    '# TYPE needlescope_failed gauge',
    expect.stringContaining('# HELP needlescope_failed '),
    'needlescope_failed{model="m",task="t",simulated="true"} 2',
    '# EOF',
    '',
  ]);
});

test('benchmark figures are those that are better when bigger', () => {
  expect(JSON.parse(renderBenchmarkJson(report()))).toEqual([
    {
      name: 'SIMULATED a "model"\\ on t at 8K: accuracy',
      unit: '%',
      value: 97.5,
      range: '± 3.5',
      extra: '95 % interval 92 to 99 %, n = 40',
    },
    { name: 'SIMULATED m on t: effective length, shown', unit: 'tokens', value: 64_000 },
  ]);
});

test('a badge gives both ends of the bracket, and a simulated one says so', () => {
  expect(JSON.parse(renderShieldsJson(report()))).toEqual({
    schemaVersion: 1,
    label: 'needlescope · SIMULATED',
    message: 'shown 64K · not disproved 128K',
    color: 'red',
  });
  const several = report({ rows: [], simulated: false, outcome: 'passed', cases: cases(2, 'passed') });
  expect(JSON.parse(renderShieldsJson(several))).toMatchObject({ label: 'needlescope', message: '2 passed' });
  expect(renderBadgeSvg(report())).toContain('SIMULATED');
});
