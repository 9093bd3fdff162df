import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<
    string,
    { version?: string; resolved?: string; optionalDependencies?: Record<string, string> }
  >;
};
const packages = Object.entries(lock.packages);

test('the lock file records no download addresses', () => {
  expect(packages.length).toBeGreaterThan(100);
  expect(packages.filter(([, entry]) => entry.resolved !== undefined).map(([name]) => name)).toEqual([]);
});

// npm forgets the builds for other platforms when it writes a lock file without addresses; `npm ci` then fails for everyone.
test('the lock file knows every optional build for every platform', () => {
  const missing = packages.flatMap(([name, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter(
      (wanted) =>
        !(`node_modules/${wanted}` in lock.packages) && !(`${name}/node_modules/${wanted}` in lock.packages),
    ),
  );
  expect(missing).toEqual([]);
});
