import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { ModelPreset, TokenizerFamily } from '../models/preset.ts';
import { findByModelId } from '../models/presets.ts';
import { type TokenizerPlaces, tokenizerFamilies } from '../models/tokenizer-families.ts';
import type { TokenizerCaches } from './tokenizer-caches.ts';
import type { FileSpec } from './tokenizer-source.ts';

/** A tokenizer's file that lies on this machine. */
export interface FoundTokenizer {
  /** Its path is absolute. */
  readonly spec: FileSpec;
  /** For the reader: whose it is and where. */
  readonly where: string;
  /** Whether it is the model's own; else it is one of the same family. */
  readonly own: boolean;
}

/** What is looked for: a model by its id, or a family by its name. */
export type Wanted =
  | { readonly model: string; readonly preset: ModelPreset | undefined }
  | { readonly family: TokenizerFamily };

/** Files of a repository where no family is known. SentencePiece files are found too; who reads them refuses them. */
const anyFiles: Pick<TokenizerPlaces, 'files' | 'pattern'> = {
  files: ['tokenizer.json', 'tokenizer.model', 'qwen.tiktoken'],
  pattern: null,
};

/**
 * Tokenizers at hand for a model, the most certain first: the folder it was served from, its repository in a cache of Hugging Face or
 * ModelScope, other repositories of its family there, and packages that carry the family's. Finds names only: nothing is read.
 */
export async function findTokenizers(
  wanted: Wanted,
  caches: TokenizerCaches,
): Promise<readonly FoundTokenizer[]> {
  const row = 'family' in wanted ? undefined : (wanted.preset ?? findByModelId(wanted.model));
  const family = 'family' in wanted ? wanted.family : row?.tokenizerFamily;
  const places = family === undefined ? null : tokenizerFamilies[family];
  const model = 'family' in wanted ? null : wanted.model;
  const own = [...new Set([model, row?.id, ...(row?.otherRepositories ?? [])])].filter(isRepository);
  const sisters = (places?.repositories ?? []).filter((repository) => !own.includes(repository));
  const found: FoundTokenizer[] = [];
  const look = async (folder: string, where: string, isOwn: boolean): Promise<void> => {
    const spec = await tokenizerIn(folder, places ?? anyFiles);
    if (spec !== null) found.push({ spec, where, own: isOwn });
  };
  // A server that was given a folder lists the folder as the model's id.
  if (model !== null && isAbsolute(model)) await look(model, model, true);
  for (const repository of [...own, ...sisters]) {
    const isOwn = own.includes(repository);
    for (const hub of caches.hubs) {
      for (const snapshot of await snapshotsOf(hub, repository))
        await look(snapshot, `${repository} in the Hugging Face cache`, isOwn);
    }
    for (const scope of caches.modelScopes) {
      // ModelScope writes the dots of a name in its own way.
      const names = new Set([repository, repository.replaceAll('.', '___')]);
      for (const name of names)
        await look(join(scope, ...name.split('/')), `${repository} in the ModelScope cache`, isOwn);
    }
  }
  for (const name of places?.packages ?? []) {
    for (const project of caches.projects) {
      const path = await inPackages(project, join(name, 'models', 'tokenizer.json'));
      if (path !== null)
        found.push({ spec: { huggingface: path }, where: `the package ${name}`, own: false });
    }
  }
  return found;
}

function isRepository(name: string | null | undefined): name is string {
  return typeof name === 'string' && /^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(name);
}

async function tokenizerIn(
  folder: string,
  { files, pattern }: Pick<TokenizerPlaces, 'files' | 'pattern'>,
): Promise<FileSpec | null> {
  for (const name of files) {
    const path = join(folder, ...name.split('/'));
    if (!(await isFile(path))) continue;
    if (name.endsWith('.json')) return { huggingface: path };
    return { tiktoken: path, ...(pattern === null ? {} : { pattern }) };
  }
  return null;
}

/** The snapshots of a repository in a hub cache: the one that `main` points at first. */
async function snapshotsOf(hub: string, repository: string): Promise<readonly string[]> {
  const folder = join(hub, `models--${repository.replaceAll('/', '--')}`);
  const commits = await readdir(join(folder, 'snapshots')).catch(() => []);
  const main = await readFile(join(folder, 'refs', 'main'), 'utf8').catch(() => '');
  const first = commits.filter((commit) => commit === main.trim());
  const others = commits.filter((commit) => commit !== main.trim()).sort();
  return [...first, ...others].map((commit) => join(folder, 'snapshots', commit));
}

/** A file of an installed package, as Node finds packages: in the project's folder or one above it. */
async function inPackages(project: string, file: string): Promise<string | null> {
  for (let folder = project; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', file);
    if (await isFile(path)) return path;
    if (folder === dirname(folder)) return null;
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile() && found.size > 0,
    () => false,
  );
}
