import { Command, Option } from 'commander';
import { exitCodes } from '../core/exit-codes.ts';
import { addCiCommands, type CiActions } from './ci-commands.ts';
import { withCiOutputs } from './ci-flags.ts';

/** What a command was given: its arguments in order, and its options by name. */
interface Invocation {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

export type Action = (invocation: Invocation) => Promise<number>;

/** Turns an action into commander's: it is handed `argumentCount` arguments, then the options. */
export type RunAction = (action: Action, argumentCount: number) => (...received: unknown[]) => Promise<void>;

/** One action per command. The tree itself does no work, so parsing can be tested with fakes. */
export interface Actions extends CiActions {
  readonly demo: Action;
  readonly run: Action;
  readonly plan: Action;
  readonly report: Action;
  readonly check: Action;
  readonly compare: Action;
  readonly import: Action;
  readonly doctor: Action;
  readonly init: Action;
  readonly completion: Action;
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

export const shells = ['bash', 'zsh', 'fish'] as const;

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

  const run: RunAction =
    (action, argumentCount) =>
    async (...received) => {
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
    .option(
      '--pack <file>',
      'ask the frozen prompts of this file (`export --to pack`), the very same on any build',
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

  withGridFlags(
    program
      .command('export')
      .description('the prompts of a config as JSON lines; no model call')
      .argument('[config]', 'a YAML config'),
  )
    .requiredOption('--to <format>', 'pack, openai-batch, vllm-batch or dataset')
    .option('-o, --file <file>', 'the file to write, in place of stdout')
    .action(run(actions.export, 1));

  program
    .command('report')
    .description('one or several runs into one report')
    .argument('<run...>', 'run folders')
    .option('-o, --out <path>', 'the file to write (several formats: its folder)')
    .option('--format <list>', 'html, md, csv, json, svg, png, terminal', 'html')
    .option('--lang <lang>', 'language the page opens in: en, zh or auto', 'auto')
    .option(
      '--font <file>',
      'a font file for PNG, where the system has none; may be given again',
      collect,
      [],
    )
    .option('--style <style>', 'colours of the charts: article, accessible, deepseek or glm', 'article')
    .option('--scale <scale>', 'scores as percent (0-100 %) or ten (1-10); as the style does where left out')
    .option('--assets <folder>', 'a folder where reports share one copy of Plotly')
    .action(run(actions.report, 1));

  withCiOutputs(
    program
      .command('check')
      .description('hold a run against thresholds; the exit code tells')
      .argument('<run>', 'a run folder')
      .option('--threshold <rule>', 'a rule such as "accuracy >= 0.95"; may be given again', collect, []),
  )
    .option('--json', 'print as JSON')
    .action(run(actions.check, 1));

  withGridFlags(
    program
      .command('doctor')
      .description('looks at each endpoint before a run: window, tokenizer, silent cuts; each with the fix')
      .argument('[config]', 'a YAML config'),
  )
    .option('--timeout <seconds>', 'how long one question may take', '120')
    .option('--json', 'print as JSON')
    .action(run(actions.doctor, 1));

  addCiCommands(program, actions, run);

  withCiOutputs(
    program
      .command('compare')
      .description('two runs cell by cell on the same prompts: did it get worse?')
      .argument('<base>', 'the run folder to compare with')
      .argument('<candidate>', 'the run folder to judge')
      .option('--gate', 'exit 5 on a proven regression, 4 where too few pairs could be compared')
      .option('--strict', 'with --gate: exit 5 on an inconclusive comparison too')
      .option('--tolerance <share>', 'accept drops up to this, e.g. 0.02 or 2%', '0')
      .option('--base-model <name>', 'compare this model of the base …')
      .option('--candidate-model <name>', '… with this one of the candidate')
      .option('--confirm', 'ask what seems worse again, with fresh trials, before calling it a regression')
      .option('--config <file>', 'with --confirm: the config that says where the candidate is served')
      .option('--base-url <url>', 'with --confirm: where the candidate is served')
      .option('--api-key-env <name>', 'with --confirm: environment variable that holds the key'),
  )
    .option('--json', 'print as JSON')
    .action(run(actions.compare, 2));

  program
    .command('import')
    .description('other tools’ published results as a run (docs/import.md)')
    .argument('<path...>', 'their files, or folders of them')
    .requiredOption('-o, --out <dir>', 'the run folder to make')
    .option('--from <format>', 'the files’ format; auto recognises it', 'auto')
    .option('--model <name>', 'the model’s name, where the files name none')
    .option('--source <text>', 'where the figures come from; stands under every chart')
    .option('--json', 'print as JSON')
    .action(run(actions.import, 1));

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

  program
    .command('init')
    .description('writes a commented config for a server that is asked what it serves')
    .argument('[file]', 'the file to write', 'needlescope.yaml')
    .option('--base-url <url>', 'the endpoint; without it, the usual ports of this machine are tried')
    .option('--model <id>', 'model id, where the endpoint serves several')
    .option('--api <api>', 'chat, or completions for base models')
    .option('--provider <name>', 'endpoint family')
    .option('--api-key-env <name>', 'environment variable that holds the key')
    .option('--force', 'overwrite the file')
    .action(run(actions.init, 1));

  program
    .command('completion')
    .description(`print shell completions: ${shells.join(', ')}`)
    .argument('<shell>', shells.join(' | '))
    .action(run(actions.completion, 1));

  return program;
}

/** Flags that mirror config keys and win over them. */
function withGridFlags(command: Command): Command {
  const flags: readonly (readonly [string, string])[] = [
    ['--model <id>', 'model id to send to the endpoint'],
    ['--base-url <url>', 'OpenAI-compatible endpoint, e.g. http://127.0.0.1:8000/v1'],
    ['--api <api>', 'chat, or completions for base models'],
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
    ['--shard <i/n>', 'ask only this share of the cells; GitLab’s parallel jobs give it'],
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
