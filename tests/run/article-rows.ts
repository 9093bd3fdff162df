import { dirname, join } from 'node:path';
import type { Flags } from '../../src/config/flags.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { models } from '../../src/models/model-table.ts';
import type { ModelPreset } from '../../src/models/preset.ts';
import { findPreset } from '../../src/models/presets.ts';
import { providers } from '../../src/models/providers.ts';
import type { DressName } from '../../src/reference/dresses.ts';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import { readRun } from '../../src/results/read-run.ts';
import type { RunData } from '../../src/results/run-data.ts';
import type { RunEvent } from '../../src/run/job.ts';
import { runNeedles } from '../../src/run/run.ts';
import type { TokenizerCaches } from '../../src/run/tokenizer-caches.ts';

/** The presets of the article's table, in its order. */
export const articleRows = Object.entries<ModelPreset>(models).flatMap(([name, row]) =>
  row.articleClaim === null ? [] : [name],
);

export function presetNamed(name: string): ModelPreset {
  const row = findPreset(name);
  if (row === undefined) throw new Error(`no preset ${name}`);
  return row;
}

/** The known-answer endpoint dressed as a server of presets: their ids, the overheads of their templates, and a window each. */
export function serverOf(
  names: readonly string[],
  dress: DressName,
  windowOf: (row: ModelPreset) => number = (row) => row.windows.documented,
): Promise<ReferenceServer> {
  const aliases = names.map((name) => {
    const row = presetNamed(name);
    const alias = { window: windowOf(row), templateTokens: row.templateOverhead ?? 8 };
    return [row.ids[dress] ?? row.id, alias] as const;
  });
  return startReferenceServer({ dress, aliases: Object.fromEntries(aliases) });
}

/** A run of the flags of one command line, in this process: its rows and manifest, and what it told. */
export async function runBy(
  flags: Flags,
  dir: string,
  tokenizerCaches?: TokenizerCaches,
): Promise<RunData & { readonly events: readonly RunEvent[] }> {
  const env = Object.fromEntries(
    Object.values(providers).flatMap(({ apiKeyEnv }) => (apiKeyEnv === null ? [] : [[apiKeyEnv, 'k']])),
  );
  const resolution = resolveConfig({ file: null, flags, env });
  const events: RunEvent[] = [];
  const never = new AbortController().signal;
  await runNeedles({
    resolution,
    connections: new Map(
      [...resolution.connections].map(([name, found]) => [name, { ...found, baseUrl: found.baseUrl ?? '' }]),
    ),
    dir,
    baseDir: dirname(dir),
    cacheDir: join(dirname(dir), 'cache'),
    ...(tokenizerCaches === undefined ? {} : { tokenizerCaches }),
    toolVersion: '0.0.0',
    onEvent: (event) => events.push(event),
    stop: never,
    abort: never,
  });
  return { ...(await readRun(dir)), events };
}
