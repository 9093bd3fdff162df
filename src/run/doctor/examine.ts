import type { ExitName } from '../../core/exit-codes.ts';
import type { Connection } from '../look-ahead.ts';
import { examineDisk } from './disk.ts';
import { type Diagnosis, type ExamineOptions, examineModel } from './examine-model.ts';
import type { Check, Finding } from './finding.ts';

export interface Examination {
  readonly models: readonly Diagnosis[];
  readonly disk: Finding;
}

/** Examines every model of a run and the folder it would be written to. Endpoints side by side, the models of one in turn. */
export async function examine(
  options: ExamineOptions & {
    /** By model name, every address known. */
    readonly connections: ReadonlyMap<string, Connection>;
    /** The run's folder, absolute. */
    readonly dir: string;
    /** Cells that the run would ask. */
    readonly cells: number;
  },
): Promise<Examination> {
  const { config, connections } = options;
  const done = new Map<string, Diagnosis>();
  const turns = new Map<string, Promise<void>>();
  for (const settings of config.models) {
    const connection = connections.get(settings.name);
    if (connection === undefined) throw new RangeError(`no connection for ${settings.name}`);
    const before = turns.get(connection.baseUrl) ?? Promise.resolve();
    const turn = before.then(async () => {
      done.set(settings.name, await examineModel(settings, connection, options));
    });
    turns.set(connection.baseUrl, turn);
  }
  const [disk] = await Promise.all([examineDisk(options.dir, options.cells), ...turns.values()]);
  return { models: config.models.flatMap(({ name }) => done.get(name) ?? []), disk };
}

/** The exit that a check's problem leads to. */
const exits: Readonly<Partial<Record<Check, ExitName>>> = {
  disk: 'unusable',
  reach: 'incomplete',
  key: 'incomplete',
  model: 'incomplete',
};

/**
 * How an examination ends: `done` without problems; `unusable` where the folder is the problem; `incomplete` where an endpoint cannot be
 * asked; else `gate`: it answers, and does not hold what the plan needs.
 */
export function examinationExit({ models, disk }: Examination): ExitName {
  const problems = [disk, ...models.flatMap(({ findings }) => findings)].filter(
    ({ severity }) => severity === 'problem',
  );
  if (problems.length === 0) return 'done';
  const met = problems.map(({ check }) => exits[check] ?? 'gate');
  return (['unusable', 'incomplete'] as const).find((name) => met.includes(name)) ?? 'gate';
}
