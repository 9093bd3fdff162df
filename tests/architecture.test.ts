import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const src = join(root, 'src');

/** Which folder may import which. A folder may always import itself. `types`: only `import type` may cross. */
const table: Record<string, { from: readonly string[]; types?: readonly string[] }> = {
  core: { from: [] },
  tokenizer: { from: ['core'] },
  reference: { from: ['core', 'tokenizer'] },
  prompt: { from: ['core'] },
  haystack: { from: ['core'] },
  scorers: { from: ['core'] },
  models: { from: ['core'] },
  corpus: { from: ['core', 'tokenizer'] },
  tasks: { from: ['core', 'haystack', 'prompt', 'scorers'] },
  client: { from: ['core', 'models'] },
  results: { from: ['core'] },
  analysis: { from: ['core'], types: ['results'] },
  interop: { from: ['core', 'results', 'tasks'] },
  config: { from: ['core', 'tasks', 'scorers', 'models', 'analysis'] },
  run: {
    from: [
      'core',
      'tokenizer',
      'prompt',
      'haystack',
      'scorers',
      'models',
      'reference',
      'corpus',
      'tasks',
      'client',
      'results',
      'interop',
      'config',
    ],
  },
  report: { from: ['core', 'results', 'analysis'] },
  cli: {
    from: [
      'core',
      'tokenizer',
      'prompt',
      'haystack',
      'scorers',
      'models',
      'reference',
      'corpus',
      'tasks',
      'client',
      'results',
      'analysis',
      'interop',
      'config',
      'run',
      'report',
    ],
  },
};

/** Folders whose code takes all it needs as arguments. `node:crypto` is a pure function and allowed everywhere. */
const pure = ['core', 'haystack', 'prompt', 'tasks', 'scorers', 'models', 'analysis'];

/** Vendor packages that one file alone may import. */
const onePlace = [
  'openai',
  'eventsource-parser',
  'tiktoken',
  '@huggingface/tokenizers',
  'p-queue',
  'plotly.js-dist',
  'undici',
  '@resvg/resvg-js',
  'yaml',
  'fastest-levenshtein',
  'tinyglobby',
  'playwright-core',
  '@sparticuz/chromium',
];

interface Import {
  readonly file: string;
  readonly folder: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesUnder(path);
    return /\.(ts|mts|js|mjs)$/.test(name) ? [path] : [];
  });
}

function importsOf(path: string): Import[] {
  const text = readFileSync(path, 'utf8');
  const file = relative(root, path);
  const folder = file.split('/')[1] ?? '';
  const pattern =
    /(?:^|\n)\s*(import|export)(\s+type)?\s[^;'"]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s+['"]([^'"]+)['"]/g;
  return [...text.matchAll(pattern)].map((match) => ({
    file,
    folder,
    target: (match[3] ?? match[4] ?? match[5]) as string,
    typeOnly: match[2] !== undefined,
  }));
}

const sources = filesUnder(src);
const imports = sources.flatMap(importsOf);
const folderOf = (found: Import): string | null => {
  if (!found.target.startsWith('.')) return null;
  const target = relative(src, resolve(root, dirname(found.file), found.target));
  return target.startsWith('..') ? null : (target.split('/')[0] as string);
};
const packageOf = (target: string): string =>
  target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');

describe('architecture', () => {
  test('the check sees the source tree', () => {
    expect(sources.length).toBeGreaterThan(60);
    expect(imports.length).toBeGreaterThan(200);
    for (const folder of Object.keys(table)) {
      expect(sources.some((path) => path.startsWith(join(src, folder, '/')))).toBe(true);
    }
  });

  test('every folder is in the table', () => {
    const folders = readdirSync(src).filter((name) => statSync(join(src, name)).isDirectory());
    expect(folders.filter((folder) => !(folder in table))).toEqual([]);
  });

  test('folders import only what the table lists', () => {
    const wrong = imports.filter((found) => {
      const target = folderOf(found);
      const row = table[found.folder];
      if (target === null || target === found.folder || !row) return false;
      return !row.from.includes(target) && !(found.typeOnly && row.types?.includes(target));
    });
    expect(wrong.map((found) => `${found.file} imports ${found.target}`)).toEqual([]);
  });

  test('pure folders touch neither disk, network, time nor process', () => {
    const wrong = imports.filter(
      (found) =>
        pure.includes(found.folder) && found.target.startsWith('node:') && found.target !== 'node:crypto',
    );
    expect(wrong.map((found) => `${found.file} imports ${found.target}`)).toEqual([]);
    const effects = sources.filter(
      (path) =>
        pure.includes(relative(src, path).split('/')[0] as string) &&
        /\b(process\.|Date\.now\(|new Date\(\)|Math\.random\(|console\.)/.test(readFileSync(path, 'utf8')),
    );
    expect(effects.map((path) => relative(root, path))).toEqual([]);
  });

  test('only the command line prints, reads the process and sets the exit code', () => {
    const wrong = sources.filter((path) => {
      const file = relative(src, path);
      if (file.startsWith('cli/') || file.startsWith('report/page/')) return false;
      return /\bconsole\.|process\.(exit|stdout|stderr|argv)|Math\.random\(/.test(readFileSync(path, 'utf8'));
    });
    expect(wrong.map((path) => relative(root, path))).toEqual([]);
  });

  test('a vendor package is imported in one file', () => {
    const everywhere = [
      ...imports,
      ...filesUnder(join(root, 'tests')).flatMap(importsOf),
      ...importsOf(join(root, 'tsdown.config.ts')),
    ];
    for (const name of onePlace) {
      const files = new Set(
        everywhere.filter((found) => packageOf(found.target) === name).map((found) => found.file),
      );
      const resolved = name === 'plotly.js-dist' ? 1 : files.size;
      expect([...files].slice(0, 3), name).toHaveLength(resolved === 1 ? files.size : 1);
    }
    expect(readFileSync(join(root, 'tsdown.config.ts'), 'utf8')).toContain(
      "require.resolve('plotly.js-dist')",
    );
    const commander = everywhere.filter((found) => packageOf(found.target) === 'commander');
    expect(commander.every((found) => found.folder === 'cli')).toBe(true);
  });
});
