import { resolve } from 'node:path';
import type { Flags } from '../config/flags.ts';
import { readConfigFile } from '../config/read-config.ts';
import { type Resolution, resolveConfig } from '../config/resolve.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { type Examination, examinationExit, examine } from '../run/doctor/examine.ts';
import type { Diagnosis } from '../run/doctor/examine-model.ts';
import type { Finding, Severity } from '../run/doctor/finding.ts';
import type { Connection } from '../run/look-ahead.ts';
import type { CliContext } from './context.ts';
import { type DemoEndpoint, startDemoEndpoint } from './demo-endpoint.ts';
import { listenForInterrupts } from './interrupts.ts';
import { plainText } from './plain-text.ts';
import type { Action } from './program.ts';

/** `doctor`: looks at each model's endpoint before a run spends anything on it; every finding with its fix. */
export const doctorCommand =
  (context: CliContext): Action =>
  async ({ args, options }) => {
    const file = args[0] === undefined ? null : await readConfigFile(resolve(context.cwd, args[0]));
    // A key that is not set is a finding, not an end.
    const resolution = resolveConfig({ file, flags: options as Flags, env: context.env, offline: true });
    const timeoutSeconds = secondsOf(options['timeout']);
    const interrupts = listenForInterrupts(context);
    let embedded: DemoEndpoint | null = null;
    try {
      const connections = new Map<string, Connection>();
      for (const model of resolution.config.models) {
        const connection = resolution.connections.get(model.name);
        if (connection === undefined) continue;
        if (connection.baseUrl === null && !model.simulated) throw noAddress(model.name);
        if (connection.baseUrl === null) embedded ??= await startDemoEndpoint(context.entry);
        const baseUrl = connection.baseUrl ?? (embedded?.url as string);
        connections.set(model.name, { ...connection, baseUrl });
      }
      const examination = await examine({
        config: resolution.config,
        connections,
        dir: resolve(context.cwd, resolution.config.output),
        cells: cellsOf(resolution),
        baseDir: resolve(context.cwd, resolution.baseDir),
        tokenizerDir: resolve(context.cwd, resolution.tokenizerDir),
        cacheDir: context.cacheDir,
        timeoutSeconds,
        signal: AbortSignal.any([interrupts.stop, interrupts.abort]),
        tell: (message) => {
          if (options['quiet'] !== true) context.stderr.write(`${plainText(message)}\n`);
        },
      });
      const exit = exitCodes[examinationExit(examination)].code;
      context.stdout.write(
        options['json'] === true
          ? `${JSON.stringify({ ...examination, exit }, null, 2)}\n`
          : examinationText(examination),
      );
      return exit;
    } finally {
      interrupts.release();
      await embedded?.close();
    }
  };

const severityWords: Readonly<Record<Severity, string>> = {
  ok: 'ok',
  note: 'note',
  warning: 'WARNING',
  problem: 'PROBLEM',
  unknown: '?',
};

/** The table of an examination: a line a finding, with its fix on the next. */
export function examinationText({ models, disk }: Examination): string {
  const findings = [disk, ...models.flatMap((model) => model.findings)];
  const count = (severity: Severity): number => findings.filter((each) => each.severity === severity).length;
  const lines = [
    ...models.flatMap((model) => [headOf(model), ...model.findings.flatMap(linesOf), '']),
    ...linesOf(disk),
    '',
    `${counted(count('problem'), 'problem')}, ${counted(count('warning'), 'warning')}, ${count('unknown')} not known`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function headOf({ name, model, endpointHost, server, promptTokens }: Diagnosis): string {
  const id = model === '' || model === name ? '' : ` (${model})`;
  const asked = promptTokens === 0 ? '' : ` · ${promptTokens} prompt tokens sent`;
  return plainText(
    `${name}${id} at ${endpointHost ?? 'the embedded endpoint'}${server === null ? '' : ` · ${server}`}${asked}`,
  );
}

function linesOf({ check, severity, message, fix }: Finding): string[] {
  const line = `  ${check.padEnd(10)}  ${severityWords[severity].padEnd(7)}  ${plainText(message)}`;
  // Where all is well, advice is noise.
  return fix === null || severity === 'ok' ? [line] : [line, `${' '.repeat(23)}→ ${plainText(fix)}`];
}

function cellsOf({ config: { models, tasks } }: Resolution): number {
  return models.reduce(
    (sum, { contextLengths, depths, trials }) =>
      sum + (contextLengths?.length ?? guessedLengths) * depths.length * trials * tasks.length,
    0,
  );
}

/** Lengths of a run that picks its own, doubling up to half a million. */
const guessedLengths = 10;

function secondsOf(text: unknown): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 86_400) return seconds;
  throw new NeedlescopeError('usage', `--timeout: expected seconds above 0, got ${String(text)}`, {
    hint: 'for example: --timeout 600',
  });
}

function noAddress(name: string): NeedlescopeError {
  return new NeedlescopeError('usage', `${name}: expected the address of an endpoint, got none`, {
    hint: 'needlescope doctor --base-url http://127.0.0.1:8000/v1',
  });
}
