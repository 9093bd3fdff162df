import { dirname, resolve } from 'node:path';
import type { Comparison } from '../analysis/comparison.ts';
import { confirmStrata, strataToConfirm } from '../analysis/confirm-strata.ts';
import { type Connection, connect } from '../config/connections.ts';
import type { Flags } from '../config/flags.ts';
import { readConfigFile } from '../config/read-config.ts';
import { resolveConfig } from '../config/resolve.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { formatLength } from '../core/length.ts';
import type { ModelRecord } from '../results/manifest.ts';
import { readRun } from '../results/read-run.ts';
import type { RunData } from '../results/run-data.ts';
import { freshTrials } from '../run/confirm.ts';
import type { CliContext } from './context.ts';
import { listenForInterrupts } from './interrupts.ts';
import { plainText } from './plain-text.ts';
import { doRun } from './run-command.ts';

interface Confirming {
  readonly base: RunData;
  readonly candidate: RunData;
  readonly options: Readonly<Record<string, unknown>>;
}

/** The comparison after what seems worse was asked again; as it was where nothing does. */
export async function confirmComparison(
  context: CliContext,
  comparison: Comparison,
  { base, candidate, options }: Confirming,
): Promise<Comparison> {
  const wanted = strataToConfirm(comparison);
  if (wanted.length === 0) return comparison;
  const { connectionOf, baseDir } = await reach(context, candidate, options);
  const interrupts = listenForInterrupts(context);
  try {
    const fresh: RunData[] = [];
    for (const each of wanted) {
      const connection = connectionOf(each.model);
      const lengths = each.contextLengths.map(formatLength).join(', ');
      const where = plainText(`${each.model} again on ${each.task} at ${lengths}`);
      context.stderr.write(`asking ${where}, with fresh trials\n`);
      const { dir } = await doRun(context, freshTrials(candidate, { ...each, connection, baseDir }), {
        interrupts,
        quiet: true,
      });
      if (interrupts.interrupted()) {
        throw new NeedlescopeError('interrupted', 'interrupted while asking again', {
          hint: 'the same command goes on where it stopped',
        });
      }
      fresh.push(await readRun(dir));
    }
    return confirmStrata(comparison, { base, fresh });
  } finally {
    interrupts.release();
  }
}

/** How the candidate's models are reached: by a config, by flags, or on the embedded endpoint where they are simulated. */
async function reach(
  context: CliContext,
  candidate: RunData,
  options: Readonly<Record<string, unknown>>,
): Promise<{ readonly connectionOf: (model: string) => Connection; readonly baseDir: string }> {
  const { config, baseUrl, apiKeyEnv } = options;
  if (typeof config === 'string') {
    const path = resolve(context.cwd, config);
    const flags = {
      ...(baseUrl === undefined ? {} : { baseUrl }),
      ...(apiKeyEnv === undefined ? {} : { apiKeyEnv }),
    };
    const { connections } = resolveConfig({
      file: await readConfigFile(path),
      flags: flags as Flags,
      env: context.env,
    });
    return {
      connectionOf: (model) =>
        connections.get(model) ?? unreachable(model, `${config} has no model of that name`),
      baseDir: dirname(path),
    };
  }
  return {
    connectionOf: (name) => {
      const model = candidate.manifest.models.find((each) => each.name === name);
      return model === undefined
        ? unreachable(name, 'its run does not describe it')
        : byFlags(model, context, options);
    },
    baseDir: '.',
  };
}

function byFlags(
  { name, simulated }: ModelRecord,
  { env }: CliContext,
  { baseUrl, apiKeyEnv }: Readonly<Record<string, unknown>>,
): Connection {
  const request = {
    path: [],
    baseUrl: typeof baseUrl === 'string' ? baseUrl : null,
    apiKeyEnv: typeof apiKeyEnv === 'string' ? apiKeyEnv : null,
    headers: {},
    optional: { baseUrl: simulated, apiKey: false },
  };
  const { connection, problems } = connect(request, env);
  const [problem] = problems;
  return problem === undefined ? connection : unreachable(name, problem.text);
}

function unreachable(model: string, why: string): never {
  throw new NeedlescopeError('usage', `--confirm cannot ask ${model} again: ${why}`, {
    hint: '--config with the config of the candidate, or --base-url and --api-key-env',
  });
}
