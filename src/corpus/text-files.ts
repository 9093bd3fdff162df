import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { escapePath, glob } from 'tinyglobby';
import { NeedlescopeError } from '../core/errors.ts';
import { notesOn } from './findings.ts';
import { type GatheredText, gatherTexts, mostCorpusBytes } from './gathered-text.ts';
import { type FileHead, readHead } from './read-head.ts';

/**
 * The texts of all files that match `patterns` (paths or globs relative to `baseDir`), in code-point order of their
 * paths, with a blank line between them: the first 24 MiB of them. Throws `corpus_unusable` when nothing matches or a file
 * cannot serve as text.
 */
export async function readTextFiles(patterns: readonly string[], baseDir: string): Promise<GatheredText> {
  const paths = await matchingPaths(patterns, baseDir);
  const gathered = gatherTexts();
  let left = mostCorpusBytes;
  let cutAt: string | null = null;
  for (const path of paths) {
    const { bytes, whole } = await head(resolve(baseDir, path), left);
    gathered.add({ bytes, name: path });
    left -= bytes.length;
    if (whole) continue;
    cutAt = path;
    break;
  }
  const { text, findings } = gathered.join(paths);
  const notes = notesOn(findings);
  if (cutAt === null) return { text, notes };
  const cut = `of the corpus files only the first ${mostCorpusBytes / 1024 / 1024} MiB are used, which is more than any grid needs: the rest of ${cutAt} and whatever comes after it is left out`;
  return { text, notes: [cut, ...notes] };
}

async function matchingPaths(patterns: readonly string[], baseDir: string): Promise<string[]> {
  const kinds = await Promise.all(patterns.map((pattern) => kindOf(resolve(baseDir, pattern))));
  const globs = patterns.map((pattern, i) => (kinds[i] === 'file' ? escapePath(pattern) : pattern));
  const paths = await glob(globs, { cwd: baseDir, onlyFiles: true, expandDirectories: false });
  if (paths.length === 0) {
    const folder = patterns.find((_, i) => kinds[i] === 'folder');
    throw new NeedlescopeError(
      'corpus_unusable',
      `no file matches ${patterns.map((pattern) => JSON.stringify(pattern)).join(', ')} in ${resolve(baseDir)}`,
      {
        hint:
          folder === undefined
            ? 'corpus.files takes paths and globs relative to the config file, like "texts/*.txt"'
            : `${folder} is a folder: write ${JSON.stringify(`${folder.replace(/\/+$/, '')}/*.txt`)} for the texts in it`,
      },
    );
  }
  // UTF-8 bytes compare in code-point order; file systems list in any order and locales differ.
  return paths.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** What a pattern names when it is read as a plain path: names may hold brackets and stars too. */
async function kindOf(path: string): Promise<'file' | 'folder' | 'none'> {
  const facts = await stat(path).catch(() => null);
  if (facts === null) return 'none';
  return facts.isDirectory() ? 'folder' : 'file';
}

async function head(path: string, limit: number): Promise<FileHead> {
  try {
    return await readHead(path, limit);
  } catch (cause) {
    throw new NeedlescopeError('corpus_unusable', `cannot read the corpus file ${path}`, {
      hint: cause instanceof Error ? cause.message : 'check that the file exists and may be read',
      cause,
    });
  }
}
