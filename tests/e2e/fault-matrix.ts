import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Result } from '../../src/core/result.ts';
import { type FaultKind, faultKinds } from '../../src/reference/faults.ts';
import { type PlantedOutcome, plantedOutcome } from '../../src/reference/profiles.ts';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import { command, manifestIn, rowsOf, temporaryFolder } from './command.ts';

/** A profile and the grid it is asked, at depths 0, 25, 50, 75 and 100 %. */
export interface AskedProfile {
  readonly profile: string;
  /** In tokens. */
  readonly lengths: readonly number[];
  readonly trials: number;
}

/** What a run over failing ground came to. */
export interface Survived {
  readonly rows: readonly Result[];
  readonly calls: number;
  readonly faults: Readonly<Record<FaultKind, number>>;
}

const depths = [0, 25, 50, 75, 100];
const faultRate = 0.3;

/**
 * Asks the same grid twice, once of an endpoint that answers and once of one that lets three calls in ten down in every way there is.
 * Both must come to the same rows, which must be what was planted; by the endpoint's own log each row's attempts are the calls that
 * were made for it, and no cell that had its answer was asked again.
 */
export async function surviveFaults(options: {
  readonly profiles: readonly AskedProfile[];
  readonly concurrency: number;
  readonly seed: number;
}): Promise<Survived> {
  const { profiles, concurrency, seed } = options;
  const cells = profiles.reduce(
    (sum, { lengths, trials }) => sum + lengths.length * depths.length * trials,
    0,
  );
  const folder = await temporaryFolder();
  const server = await startReferenceServer({ seed });
  const run = async (name: string, baseUrl: string): Promise<readonly Result[]> => {
    const config = configOf({ profiles, concurrency, baseUrl, output: name });
    await mkdir(join(folder.dir, name));
    await writeFile(join(folder.dir, `${name}.yaml`), JSON.stringify(config));
    const { code, stderr } = await command(['run', `${name}.yaml`, '--quiet'], { cwd: folder.dir });
    expect(code, stderr).toBe(0);
    const dir = join(folder.dir, name);
    expect(await manifestIn(dir)).toMatchObject({ status: 'finished', plannedCells: cells });
    const rows = await rowsOf(dir);
    expect(rows).toHaveLength(cells);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(cells);
    return rows;
  };
  try {
    const calm = await run('calm', server.url);
    const before = server.requests().length;
    const rows = await run('failing', server.url.replace(/\/v1$/, `/faults/${faultRate}/v1`));
    const calls = server.requests().slice(before);
    expect(bare(rows)).toEqual(bare(calm));
    for (const row of rows) {
      const { model, contextLength, depth } = row.cell;
      const place = `${model} ${contextLength} ${depth}`;
      expect([place, outcomeOf(row)]).toEqual([place, plantedOutcome(model, { contextLength, depth })]);
    }
    expectEachCallTold(rows, calls);
    const counted = faultKinds.map((kind) => [kind, calls.filter(({ fault }) => fault === kind).length]);
    return {
      rows,
      calls: calls.length,
      faults: Object.fromEntries(counted) as Survived['faults'],
    };
  } finally {
    await server.close();
    await folder.remove();
  }
}

function configOf(of: {
  readonly profiles: readonly AskedProfile[];
  readonly concurrency: number;
  readonly baseUrl: string;
  readonly output: string;
}): object {
  const { profiles, concurrency, baseUrl, output } = of;
  return {
    version: 1,
    models: profiles.map(({ profile, lengths, trials }) => ({
      name: profile,
      model: `known-answer/${profile}`,
      baseUrl,
      tokenizer: 'o200k_base',
      maxTokens: 256,
      contextLengths: lengths,
      trials,
    })),
    tasks: [{ name: 'niah_single' }],
    contextLengths: [1_000],
    depths,
    corpus: 'prose-zh',
    seed: 7,
    // As much patience as a busy machine needs, and no more: each call that hangs takes all of it.
    execution: { concurrency, timeoutSeconds: 1.5, maxAttempts: 20 },
    output,
  };
}

/** All that must not depend on how often a cell was asked, and when. */
function bare(rows: readonly Result[]): readonly unknown[] {
  return rows
    .map(({ key, cell, sample, outcome, reason, flags, score, completion }) => {
      const { ttftMs: _ttft, latencyMs: _latency, ...said } = completion ?? {};
      return { key, cell, sample, outcome, reason, flags, score, said };
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

function outcomeOf({ outcome, reason, score }: Result): PlantedOutcome | 'failed' | 'unknown' {
  if (outcome === 'failed') return 'failed';
  if (reason === 'overflow' || reason === 'truncated') return reason;
  if (outcome !== 'scored') return 'unknown';
  return score?.value === 1 ? 'found' : 'missed';
}

function expectEachCallTold(rows: readonly Result[], calls: ReturnType<ReferenceServer['requests']>): void {
  let told = 0;
  for (const { sample, cell, attempts, completion } of rows) {
    const made = calls.filter(
      ({ model, promptSha256 }) =>
        model === `known-answer/${cell.model}` && promptSha256 === sample.promptSha256,
    );
    told += made.length;
    expect(made.length, `calls for ${cell.model} ${cell.contextLength} ${cell.depth}`).toBe(attempts);
    const answers = made.filter(({ fault }) => fault === null || fault === 'late_first_byte');
    expect(answers.length, 'asked again after an answer').toBeLessThanOrEqual(1);
    if (completion !== null) expect(answers).toHaveLength(1);
  }
  expect(told, 'calls that no row tells of').toBe(calls.length);
}
