import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { glob } from 'tinyglobby';
import { NeedlescopeError } from '../core/errors.ts';
import { cleanText } from './clean-text.ts';

/**
 * The texts of all files that match `patterns` (paths or globs relative to `baseDir`), in code-point order of their
 * paths, with a blank line between them. Throws `corpus_unusable` when nothing matches or a file cannot serve as text.
 */
export async function readTextFiles(patterns: readonly string[], baseDir: string): Promise<string> {
  const paths = await matchingPaths(patterns, baseDir);
  const texts: string[] = [];
  for (const path of paths) {
    const text = cleanText(await readBytes(path, baseDir), path)
      .replace(/^\n+/, '')
      .trimEnd();
    if (text.length > 0) texts.push(text);
  }
  if (texts.length === 0) {
    throw new NeedlescopeError('corpus_unusable', `expected text, but ${paths.join(', ')} hold none`);
  }
  return texts.join('\n\n');
}

async function matchingPaths(patterns: readonly string[], baseDir: string): Promise<string[]> {
  const paths = await glob([...patterns], { cwd: baseDir, onlyFiles: true, expandDirectories: false });
  if (paths.length === 0) {
    throw new NeedlescopeError(
      'corpus_unusable',
      `no file matches ${patterns.map((pattern) => JSON.stringify(pattern)).join(', ')} in ${resolve(baseDir)}`,
      { hint: 'corpus.files takes paths and globs relative to the config file, like "texts/*.txt"' },
    );
  }
  // UTF-8 bytes compare in code-point order; file systems list in any order and locales differ.
  return paths.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

async function readBytes(path: string, baseDir: string): Promise<Uint8Array> {
  try {
    return await readFile(resolve(baseDir, path));
  } catch (cause) {
    throw new NeedlescopeError('corpus_unusable', `cannot read the corpus file ${resolve(baseDir, path)}`, {
      hint: cause instanceof Error ? cause.message : 'check that the file exists and may be read',
      cause,
    });
  }
}
