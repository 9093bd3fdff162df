import { NeedlescopeError } from '../core/errors.ts';
import { joinWrappedLines } from './book-text.ts';
import type { CatalogueFile, CatalogueRow } from './catalogue.ts';
import { downloadFile } from './download.ts';
import { type GatheredText, gatherTexts } from './gathered-text.ts';
import { fileName, keepFile, keptPath, readKept } from './kept-files.ts';

/** How far the download of one file is. */
export interface CorpusProgress {
  readonly file: string;
  readonly bytes: number;
  readonly total: number;
}

export interface PublicTextOptions {
  /** The user's cache folder; null keeps nothing. */
  readonly cacheDir: string | null;
  readonly onProgress?: ((progress: CorpusProgress) => void) | undefined;
  /** Stops a download. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The text of a row of the catalogue: from the cache where its files lie there whole, else downloaded, checked and kept.
 * Throws `corpus_unusable` that says where to place each missing file by hand, `interrupted` when told to stop.
 */
export async function publicText(
  id: string,
  row: CatalogueRow,
  options: PublicTextOptions,
): Promise<GatheredText> {
  const gathered = gatherTexts();
  const notes: string[] = [];
  for (const file of row.files) {
    const { bytes, note } = await bytesOf(file, options).catch((error: unknown) =>
      explain(id, { row, error, options }),
    );
    if (note !== null) notes.push(note);
    gathered.add({ bytes, name: fileName(file), shape: (text) => shaped(text, file, row) });
  }
  // What these very bytes hold is known and was judged when the row was written: it needs no telling.
  return { text: gathered.join(row.files.map(fileName)).text, notes };
}

function shaped(text: string, file: CatalogueFile, row: CatalogueRow): string {
  const body = file.from === undefined ? text : text.slice(Math.max(0, text.indexOf(file.from)));
  return row.wrapped === true ? joinWrappedLines(body, row.language) : body;
}

async function bytesOf(
  file: CatalogueFile,
  options: PublicTextOptions,
): Promise<{ readonly bytes: Uint8Array; readonly note: string | null }> {
  const { cacheDir, onProgress, signal } = options;
  const path = cacheDir === null ? null : keptPath(cacheDir, file);
  const kept = path === null ? null : await readKept(path, file);
  if (kept?.state === 'good') return { bytes: kept.bytes, note: null };
  const bytes = await downloadFile(file, {
    ...(signal === undefined ? {} : { signal }),
    onBytes: (received) => onProgress?.({ file: fileName(file), bytes: received, total: file.bytes }),
  });
  if (path === null) return { bytes, note: null };
  try {
    await keepFile(path, bytes);
    return { bytes, note: null };
  } catch (error) {
    // The run can go on: a folder that cannot be written costs the next run a download.
    const why = error instanceof Error ? error.message : String(error);
    return { bytes, note: `${fileName(file)} could not be kept and will be downloaded again: ${why}` };
  }
}

/** Throws a failed download again with what can be done about it. */
async function explain(
  id: string,
  failed: { readonly row: CatalogueRow; readonly error: unknown; readonly options: PublicTextOptions },
): Promise<never> {
  const { row, error, options } = failed;
  if (!(error instanceof NeedlescopeError) || error.code !== 'corpus_unusable') throw error;
  const lines: string[] = [];
  for (const file of row.files) {
    const path = options.cacheDir === null ? null : keptPath(options.cacheDir, file);
    const kept = path === null ? null : await readKept(path, file);
    if (kept?.state === 'good') continue;
    lines.push(`  ${file.url}`);
    if (path !== null) lines.push(`    as ${path}`);
    const now = kept?.state === 'wrong' ? `; what lies there now is another file: ${kept.difference}` : '';
    lines.push(`    ${file.bytes} bytes, sha256 ${file.sha256}${now}`);
  }
  throw new NeedlescopeError(
    'corpus_unusable',
    `the corpus ${id} could not be downloaded: ${error.message}`,
    {
      hint: `where there is no network, place by hand:\n${lines.join('\n')}\nor take prose-${row.language}, which needs no download`,
      cause: error,
    },
  );
}
