import { NeedlescopeError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { RunData } from '../results/run-data.ts';
import { identityChanges } from './cell-identity.ts';

/** Settings that two shards of one run may differ in: where they write, how they call, and where they stop. */
const ownSettings: ReadonlySet<string> = new Set(['output', 'execution', 'budget', 'models']);
/** The same of a model: each machine may have an endpoint of its own. */
const ownModelSettings: ReadonlySet<string> = new Set(['endpointHost', 'apiKeyEnv', 'model']);

/** Throws `results_unusable` for runs that are no parts of one run, with each difference by name and the folders it lies between. */
export function checkSameConfig(runs: readonly RunData[]): void {
  for (const run of runs) {
    if (run.manifest.imported !== null) {
      throw refusal(`${run.dir} is an import: it has no shards`, 'leave it out; `report` takes several runs');
    }
    if (run.manifest.identities === undefined) {
      throw refusal(`${run.dir} does not say what its keys are made of`, 'run it again with this version');
    }
  }
  const [first, ...others] = runs;
  if (first === undefined) return;
  for (const other of others) {
    const changes = differences(first, other);
    if (changes.length === 0) continue;
    throw refusal(
      `${other.dir} is no part of the run in ${first.dir}; it differs in\n  ${changes.slice(0, 8).join('\n  ')}`,
      'merge only shards of one config; to see different runs side by side: needlescope report RUN RUN',
    );
  }
  checkSameCounts(runs);
}

function differences(a: RunData, b: RunData): string[] {
  const modelsOf = (run: RunData) =>
    new Map(run.manifest.models.map((record) => [record.name, record.model] as const));
  const ids = modelsOf(b);
  const renamed = [...modelsOf(a)].flatMap(([name, id]) =>
    ids.has(name) && ids.get(name) !== id ? [`${name}: model: ${id} → ${ids.get(name)}`] : [],
  );
  const [before, after] = commonOf(modelSettings(a), modelSettings(b));
  return [
    ...identityChanges(without(a.manifest.config, ownSettings), without(b.manifest.config, ownSettings)),
    ...renamed,
    ...identityChanges(before, after),
    ...identityChanges(...commonOf(a.manifest.identities ?? {}, b.manifest.identities ?? {})),
    ...identityChanges(...commonOf(gridsOf(a), gridsOf(b))),
  ].filter((change, index, all) => all.indexOf(change) === index);
}

/** A model's shards are counted together: 1/3 and 2/4 are parts of different wholes. */
function checkSameCounts(runs: readonly RunData[]): void {
  const seen = new Map<string, { readonly count: number; readonly dir: string }>();
  for (const { manifest, dir } of runs) {
    const count = manifest.shard?.count ?? 1;
    for (const { name } of manifest.models) {
      const known = seen.get(name);
      if (known !== undefined && known.count !== count) {
        throw refusal(
          `${name}: ${known.dir} is one of ${known.count} shards and ${dir} one of ${count}`,
          'merge shards of one count',
        );
      }
      seen.set(name, { count, dir });
    }
  }
}

/** The entries that both have: a matrix asks different models in different jobs. */
function commonOf(a: JsonObject, b: JsonObject): readonly [JsonObject, JsonObject] {
  const names = Object.keys(a).filter((name) => Object.hasOwn(b, name));
  const pick = (from: JsonObject): JsonObject =>
    Object.fromEntries(names.map((name) => [name, from[name] ?? null]));
  return [pick(a), pick(b)];
}

function modelSettings({ manifest }: RunData): JsonObject {
  const models = manifest.config['models'];
  const entries = (Array.isArray(models) ? models : []) as readonly JsonObject[];
  return Object.fromEntries(
    entries.map((entry) => [String(entry['name']), without(entry, ownModelSettings)]),
  );
}

function gridsOf({ manifest }: RunData): JsonObject {
  return Object.fromEntries(
    manifest.grids.map(({ model, task, contextLengths, depths, trials }) => [
      `${model} / ${task}`,
      { contextLengths, depths, trials },
    ]),
  );
}

function without(object: JsonObject, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.has(name)));
}

function refusal(message: string, hint: string): NeedlescopeError {
  return new NeedlescopeError('results_unusable', message, { hint });
}
