import { Command, Option } from 'commander';
import { exitCodes } from '../core/exit-codes.ts';

/** What a command was given: its arguments in order, and its options by name. */
interface Invocation {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

export type Action = (invocation: Invocation) => Promise<number>;

/** One action per command. The tree itself does no work, so parsing can be tested with fakes. */
export interface Actions {
  readonly demo: Action;
  readonly run: Action;
  readonly plan: Action;
  readonly report: Action;
  readonly check: Action;
  readonly serve: Action;
  readonly show: Action;
  readonly list: Action;
}

export const listTopics = [
  'models',
  'tasks',
  'corpora',
  'scorers',
  'tokenizers',
  'suites',
  'profiles',
] as const;

/** The command tree. `onExit` receives the exit code that the chosen action returned. */
export function createProgram(actions: Actions, version: string, onExit: (code: number) => void): Command {
  const program = new Command('needlescope')
    .description('Measures how much of a language model\u2019s context window works.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError('(run with --help for the options)')
    .showSuggestionAfterError(true)
    .configureHelp({ sortSubcommands: false, sortOptions: false })
    .addHelpText('after', `\nExit codes:\n${exitTable()}`);

  const run =
    (action: Action, argumentCount: number) =>
    async (...received: unknown[]): Promise<void> => {
      const given = received.slice(0, argumentCount).flat();
      const options = received[argumentCount] as Record<string, unknown>;
      onExit(await action({ args: given.filter((value) => typeof value === 'string'), options }));
    };

  program
    .command('demo')
    .description('four known-answer models through the whole pipeline; writes reports/demo/report.html')
    .option('--out <dir>', 'where to write', 'reports/demo')
    .option('--quiet', 'no progress')
    .action(run(actions.demo, 0));

  withGridFlags(
    program
      .command('run')
      .description('plan, ask, score, write results, then the report; the same command again resumes')
      .argument('[config]', 'a YAML config (see examples/)'),
  )
    .option('--verbose', 'a line for each request and decision')
    .option('--events <file>', 'append every event to this file, a line of JSON each (docs/events.md)')
    .option('--json', 'print the summary as JSON')
    .action(run(actions.run, 1));

  withGridFlags(
    program
      .command('plan')
      .description('the grid, tokens, cost and time, and where each setting came from; no model call')
      .argument('[config]', 'a YAML config'),
  )
    .option('--json', 'print as JSON')
    .action(run(actions.plan, 1));

  program
    .command('report')
    .description('one or several runs into one report')
    .argument('<run...>', 'run folders')
    .option('-o, --out <path>', 'the file to write (several formats: its folder)')
    .option('--format <list>', 'html, md, csv, json, terminal', 'html')
    .option('--lang <lang>', 'language the page opens in: en, zh or auto', 'auto')
    .action(run(actions.report, 1));

  program
    .command('check')
    .description('hold a run against thresholds; the exit code tells')
    .argument('<run>', 'a run folder')
    .option('--threshold <rule>', 'a rule such as "accuracy >= 0.95"; may be given again', collect, [])
    .option('--json', 'print as JSON')
    .action(run(actions.check, 1));

  program
    .command('serve')
    .description('the known-answer endpoint on loopback, to try any tool against')
    .option('--port <port>', 'port (0 picks a free one)', '8437')
    .option('--dress <provider>', 'speak as this server or service does: its errors, its usage fields')
    .option('--as <id>', 'a model id to answer to as well, e.g. Qwen/Qwen2-72B-Instruct; still SIMULATED')
    .option('--window <tokens>', 'the window that the model of --as serves, e.g. 32Ki')
    .action(run(actions.serve, 0));

  program
    .command('show')
    .description('the exact prompt of a row, byte for byte, from the manifest alone')
    .argument('<run>', 'a run folder')
    .argument('<key>', "a row's key, or its first 12 characters and more")
    .option('--base-url <url>', 'the server that counted, where the tokenizer was `server`')
    .option(
      '--base-dir <dir>',
      'what corpus and tokenizer files are relative to: the folder of the config',
      '.',
    )
    .option('--json', 'print messages and hashes as JSON')
    .action(run(actions.show, 2));

  program
    .command('list')
    .description(`print a table: ${listTopics.join(', ')}`)
    .argument('<what>', listTopics.join(' | '))
    .option('--json', 'print as JSON')
    .action(run(actions.list, 1));

  return program;
}

/** Flags that mirror config keys and win over them. */
function withGridFlags(command: Command): Command {
  const flags: readonly (readonly [string, string])[] = [
    ['--model <id>', 'model id to send to the endpoint'],
    ['--base-url <url>', 'OpenAI-compatible endpoint, e.g. http://127.0.0.1:8000/v1'],
    ['--api-key-env <name>', 'environment variable that holds the key'],
    ['--provider <name>', 'endpoint family'],
    ['--suite <name>', 'a named set of tasks'],
    ['--preset <name>', 'a row of `needlescope list models`'],
    ['--task <name>', 'a task by name'],
    ['--lengths <list>', 'context lengths, e.g. 1k,8k,128k; published: those of the maker’s own chart'],
    ['--depths <list>', 'needle depths in percent, e.g. 0,50,100'],
    ['--trials <n>', 'trials per cell; under 3 is a preview'],
    ['--corpus <id>', 'an id of `list corpora`, or paths of text files'],
    ['--language <lang>', 'en or zh'],
    ['--tokenizer <name>', 'o200k_base, cl100k_base, server, calibrated, auto, or a tokenizer’s file'],
    ['--seed <n>', 'seed of haystacks, needles and order'],
    ['--concurrency <n>', 'calls at a time'],
    ['--rpm <n>', 'requests per minute at most'],
    ['--tpm <n>', 'prompt tokens per minute at most'],
    ['--prices <file>', 'prices in LiteLLM’s format, over those of the model table'],
    ['--max-cost <usd>', 'stop before the run, earlier commands included, costs more'],
    ['--max-minutes <n>', 'start no call after this time'],
    ['--out <dir>', 'run folder'],
    ['--shard <i/n>', 'ask only this share of the cells'],
  ];
  for (const [flag, description] of flags) command.option(flag, description);
  return command
    .addOption(new Option('--order <order>', 'order of calls').choices(['random', 'cache', 'bust']))
    .option('--yes', 'ask nothing')
    .option('--quiet', 'no progress');
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function exitTable(): string {
  return Object.values(exitCodes)
    .map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`)
    .join('\n');
}
