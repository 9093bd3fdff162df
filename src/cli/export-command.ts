import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Flags } from '../config/flags.ts';
import { readConfigFile } from '../config/read-config.ts';
import { type Resolution, resolveConfig } from '../config/resolve.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { nearest } from '../core/nearest.ts';
import { openCorpus } from '../run/corpus-source.ts';
import { type ExportFormName, exportForms } from '../run/export-prompts.ts';
import { offlineModels } from '../run/offline-models.ts';
import { planRun } from '../run/plan-run.ts';
import type { CliContext } from './context.ts';
import type { Action } from './program.ts';
import { version } from './version.ts';

/** `export`: every prompt of a config as lines of JSON on stdout, or in a file that is there whole or not at all. */
export const exportCommand =
  (context: CliContext): Action =>
  async ({ args, options }) => {
    const form = formNamed(String(options['to']));
    const file = args[0] === undefined ? null : await readConfigFile(resolve(context.cwd, args[0]));
    const resolution = resolveConfig({ file, flags: options as Flags, env: context.env, offline: true });
    let prompts = 0;
    const lines = async function* (): AsyncGenerator<string> {
      for await (const line of linesOf(context, resolution, form)) {
        prompts++;
        yield `${JSON.stringify(line)}\n`;
      }
    };
    const path = options['file'];
    if (typeof path === 'string') await writeLines(resolve(context.cwd, path), lines());
    else for await (const line of lines()) context.stdout.write(line);
    const count = form === 'pack' ? prompts - 2 : prompts;
    context.stderr.write(`${count} prompts${typeof path === 'string' ? ` in ${path}` : ''}\n`);
    return exitCodes.done.code;
  };

async function* linesOf(
  context: CliContext,
  resolution: Resolution,
  form: ExportFormName,
): AsyncGenerator<unknown> {
  const { config, shard } = resolution;
  const models = await offlineModels(config, { baseDir: resolve(context.cwd, resolution.tokenizerDir) });
  try {
    const source = await openCorpus(config.corpus, {
      seed: config.seed,
      longest: Math.max(...models.flatMap(({ contextLengths }) => contextLengths)),
      mode: config.haystacks,
      baseDir: resolve(context.cwd, resolution.baseDir),
      cacheDir: context.cacheDir,
      warn: (message) => context.stderr.write(`warning: ${message}\n`),
    });
    for (const { settings, overhead } of models) {
      if (overhead.known()) continue;
      context.stderr.write(
        `note: ${settings.name}: its chat template is not known and taken as ${overhead.tokens()} tokens (templateOverhead)\n`,
      );
    }
    // A pack is whole: `run --pack --shard` shares it out.
    const jobs = planRun(models, {
      config,
      source,
      shard: form === 'pack' ? null : shard,
      onLearnt: () => {},
    });
    const parts = { config, models, jobs, source, toolVersion: version };
    yield* exportForms[form].lines(parts, new Date(context.now()).toISOString());
  } finally {
    await Promise.all(models.map((model) => model.close()));
  }
}

async function writeLines(path: string, lines: AsyncGenerator<string>): Promise<void> {
  const unfinished = `${path}.tmp`;
  try {
    await pipeline(Readable.from(lines), createWriteStream(unfinished));
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    if (error instanceof NeedlescopeError) throw error;
    throw new NeedlescopeError(
      'output_unusable',
      `${path}: expected to write the prompts here, but could not`,
      {
        hint: 'name another file with -o',
        cause: error,
      },
    );
  }
}

function formNamed(text: string): ExportFormName {
  const names = Object.keys(exportForms) as ExportFormName[];
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  throw new NeedlescopeError('unknown_name', `--to: expected ${names.join(', ')}, got ${text}`, {
    hint: `--to ${nearest(text, names) ?? 'pack'}`,
  });
}
