import { afterAll, beforeAll, expect, test } from 'vitest';
import { profiles } from '../../src/reference/profiles.ts';
import { command, temporaryFolder } from './command.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

test('every planted profile comes back through the whole pipeline', async () => {
  const { code, stdout } = await command(['calibrate', '--quiet', '--json'], { cwd: folder.dir });
  const rows = JSON.parse(stdout) as { profile: string; ok: boolean; cells: number; planted: number }[];
  expect(rows.map(({ profile }) => profile)).toEqual(Object.keys(profiles));
  expect(rows.filter(({ ok }) => !ok)).toEqual([]);
  expect(code).toBe(0);
  // A table in which nothing is ever missed would show nothing.
  expect(rows.filter(({ planted }) => planted < 1).length).toBeGreaterThan(6);
  expect(rows.reduce((sum, { cells }) => sum + cells, 0)).toBeGreaterThan(500);
});
