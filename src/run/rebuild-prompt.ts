import type { ResolvedConfig } from '../config/resolved.ts';
import { NeedlescopeError } from '../core/errors.ts';
import type { Result } from '../core/result.ts';
import type { Tokenizer } from '../core/tokenizer.ts';
import type { Manifest } from '../results/manifest.ts';
import { loadTiktoken, tiktokenEncodings } from '../tokenizer/tiktoken.ts';
import { openCorpus } from './corpus-source.ts';
import { endpointFacts } from './endpoint-facts.ts';
import type { BuiltPrompt } from './job.ts';
import type { OpenModel } from './open-models.ts';
import { planRun } from './plan-run.ts';
import { resolveTokenizer, tokenizerOnThisMachine } from './resolve-tokenizer.ts';
import { assumedOverhead, templateOverhead } from './template-overhead.ts';
import type { TokenizerCaches } from './tokenizer-caches.ts';
import { fileSpecOf, isFileId, loadFileSpec } from './tokenizer-source.ts';

export interface RebuildOptions {
  readonly manifest: Manifest;
  readonly row: Result;
  /** What corpus and tokenizer files are relative to, absolute. */
  readonly baseDir: string;
  /** Where downloaded corpora are kept. */
  readonly cacheDir?: string | null;
  /** Where `auto` had found a tokenizer. */
  readonly tokenizerCaches?: TokenizerCaches;
  /** The server that counted, where the run's tokenizer lives on one. */
  readonly baseUrl: string | null;
}

/**
 * The prompt of a row, made again from the manifest alone: same config, corpus, seed and tokenizer give the same bytes. Throws
 * `results_unusable` where they do not (another version of the tool, changed corpus files), `usage` for an imported row
 * or a tokenizer whose server is not named.
 */
export async function rebuildPrompt(options: RebuildOptions): Promise<BuiltPrompt> {
  const { manifest, row } = options;
  if (manifest.imported !== null) {
    throw new NeedlescopeError('usage', 'this row was imported: nobody has its prompt', {
      hint: `its source: ${manifest.imported.source}`,
    });
  }
  // Written by `configForManifest` from a resolved config, and by nothing else.
  const config = manifest.config as unknown as ResolvedConfig;
  const settings = config.models.find(({ name }) => name === row.cell.model);
  const record = manifest.models.find(({ name }) => name === row.cell.model);
  if (settings === undefined || record === undefined) throw unlike(row, 'its model is not in the manifest');
  const grid = manifest.grids.find(({ model, task }) => model === row.cell.model && task === row.cell.task);
  const contextLengths = grid?.contextLengths ?? [row.cell.contextLength];
  const source = await openCorpus(config.corpus, {
    seed: config.seed,
    longest: Math.max(...manifest.grids.flatMap((each) => each.contextLengths)),
    mode: config.haystacks,
    baseDir: options.baseDir,
    cacheDir: options.cacheDir ?? null,
  });
  const { tokenizer, close } = await tokenizerOf(record, settings, options);
  try {
    // The first cell of a model may have been asked before its template's overhead was learned.
    for (const overhead of new Set([record.templateOverhead ?? assumedOverhead, assumedOverhead])) {
      const model: OpenModel = {
        settings: { ...settings, model: record.model ?? settings.model },
        connection: { baseUrl: 'http://127.0.0.1', apiKey: null, headers: {} },
        tokenizer,
        overhead: templateOverhead(overhead),
        scale: scaleOf(row),
        facts: endpointFacts({ servedWindow: null, adapted: [] }),
        contextLengths,
        close,
      };
      const [job] = planRun([model], { config, source, shard: null, onLearnt: () => {} });
      const built = await job?.cells.find(({ key }) => key === row.key)?.build();
      if (built?.sample.promptSha256 === row.sample.promptSha256) return built;
    }
  } finally {
    await close();
  }
  throw unlike(row, 'the text made here has another hash');
}

async function tokenizerOf(
  record: Manifest['models'][number],
  settings: ResolvedConfig['models'][number],
  { baseDir, baseUrl, tokenizerCaches }: Pick<RebuildOptions, 'baseDir' | 'baseUrl' | 'tokenizerCaches'>,
): Promise<{ readonly tokenizer: Tokenizer; close(): Promise<void> }> {
  const id = record.tokenizer?.id ?? '';
  const exact = record.tokenizer?.exact ?? false;
  const encoding = tiktokenEncodings.find((name) =>
    [name, `estimate:${name}`, `calibrated:${name}`].includes(id),
  );
  if (encoding !== undefined) {
    return { tokenizer: { ...(await loadTiktoken(encoding)), id, exact }, close: async () => {} };
  }
  if (isFileId(id)) {
    const tokenizer = await fromFile(id, { settings, baseDir, caches: tokenizerCaches });
    return { tokenizer, close: async () => {} };
  }
  if (baseUrl === null) {
    throw new NeedlescopeError(
      'usage',
      `this prompt was counted by its server (${id}), which must be there to count again`,
      {
        hint: 'needlescope show <run> <key> --base-url http://127.0.0.1:8000/v1',
      },
    );
  }
  return resolveTokenizer({
    spec: 'server',
    baseDir,
    model: record.model ?? settings.model,
    baseUrl,
    apiKey: null,
    headers: {},
    timeoutSeconds: 60,
    messages: null,
    probe: null,
  });
}

/** The tokenizer of a run's file, which must still be the one that counted. */
async function fromFile(
  id: string,
  from: {
    readonly settings: ResolvedConfig['models'][number];
    readonly baseDir: string;
    readonly caches: TokenizerCaches | undefined;
  },
): Promise<Tokenizer> {
  const { settings, baseDir, caches } = from;
  const spec = await fileSpecOf(settings.tokenizer, baseDir);
  const tokenizer =
    spec === null
      ? await tokenizerOnThisMachine(settings, id, caches)
      : (await loadFileSpec(spec, baseDir)).tokenizer;
  if (tokenizer?.id === id) return tokenizer;
  throw new NeedlescopeError(
    'results_unusable',
    `this prompt was counted by ${id}, and the manifest's tokenizer is now ${tokenizer?.id ?? 'no file'}`,
    { hint: 'put the file back as it was, and name the folder that its path starts from with --base-dir' },
  );
}

/** The estimate that the row's prompt was made with. */
function scaleOf({ sample: { tokenEstimate } }: Result): OpenModel['scale'] {
  return tokenEstimate === undefined ? null : { now: () => tokenEstimate, learn: () => {} };
}

function unlike(row: Result, why: string): NeedlescopeError {
  return new NeedlescopeError(
    'results_unusable',
    `the prompt of ${row.key.slice(0, 12)} cannot be made again: ${why}`,
    {
      hint: 'use the version of needlescope that the manifest names, and the corpus files as they were then',
    },
  );
}
