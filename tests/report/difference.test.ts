import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differencesOf } from '../../src/report/difference.ts';
import { lightPalette } from '../../src/report/palette.ts';
import { differenceSvg } from '../../src/report/svg-difference.ts';
import { fixtureModel, fixtureRun, fixtureView, importedRuns } from './fixture-run.ts';

const grid = { contextLengths: [1000, 2000], depths: [0, 1], trials: 2 };
const before = fixtureRun({
  run: 'before',
  models: [fixtureModel('served')],
  grids: [grid],
  came: () => ({ score: 1 }),
});
const after = fixtureRun({
  run: 'after',
  models: [fixtureModel('served')],
  grids: [{ ...grid, contextLengths: [1000, 2000, 4000] }],
  came: ({ contextLength, depth, trial }) =>
    contextLength === 2000 && depth === 1
      ? { reason: 'overflow' }
      : { score: contextLength === 1000 && depth === 0 && trial === 0 ? 0 : 1 },
});

test('two runs differ over the prompts they share; a cell that lost its score is counted, never a number', () => {
  const [only, ...more] = differencesOf(fixtureView([before, after]));
  expect(more).toEqual([]);
  expect(only).toEqual({
    base: 0,
    candidate: 1,
    lengths: [1000, 2000],
    depths: [0, 1],
    z: [
      [-0.5, 0],
      [0, null],
    ],
    counts: { pairs: 8, better: 0, worse: 1, same: 5, lost: 2, gained: 0 },
  });
});

test('what is not alike is not compared: other corpus, needle or scorer, simulated with measured, imports', () => {
  const { manifest } = after;
  const [task] = manifest.tasks;
  const [model] = manifest.models;
  if (manifest.corpus === null || task === undefined || model === undefined)
    throw new Error('the fixture has them');
  const others = [
    { ...after, manifest: { ...manifest, corpus: { ...manifest.corpus, sha256: 'other' } } },
    { ...after, manifest: { ...manifest, tasks: [{ ...task, needle: 'another' }] } },
    { ...after, manifest: { ...manifest, tasks: [{ ...task, scorer: 'judge' }] } },
    { ...after, manifest: { ...manifest, models: [{ ...model, simulated: true }] } },
  ];
  for (const other of others) expect(differencesOf(fixtureView([before, other]))).toEqual([]);
  expect(differencesOf(fixtureView(importedRuns()))).toEqual([]);
});

test('the picture of a difference has the colour of no change at 0, and SIMULATED where it is', () => {
  const options = { width: 500, lang: 'en', palette: lightPalette, alt: 'a <difference>' } as const;
  const shape = { lengths: [1000, 2000], depths: [0], simulated: true };
  const svg = differenceSvg({ ...shape, z: [[0, null]] }, options);
  expect(svg).toContain('<path fill="#eef0f1" d="M0,0h1v1H0Z"/>');
  expect(svg).toContain('SIMULATED');
  expect(svg).toContain('a &lt;difference&gt;');
  fc.assert(
    fc.property(fc.double({ min: -1, max: 1, noNaN: true }), (change) => {
      expect(differenceSvg({ ...shape, z: [[change, change]] }, options)).toMatch(
        /<path fill="#[0-9a-f]{6}" d="M0,0h2v1H0Z"\/>/,
      );
    }),
    { numRuns: 20 },
  );
});
