import type { Command, Option } from 'commander';
import { NeedlescopeError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { nearest } from '../core/nearest.ts';
import type { CliContext } from './context.ts';
import { type Action, createProgram, shells } from './program.ts';
import { version } from './version.ts';

/** `completion`: what a shell needs to complete our commands and flags, made from the command tree itself. */
export const completionCommand =
  (context: CliContext): Action =>
  async ({ args }) => {
    const wanted = args[0] ?? '';
    const shell = shells.find((name) => name === wanted);
    if (shell === undefined) {
      throw new NeedlescopeError('unknown_name', `expected one of ${shells.join(', ')}, got ${wanted}`, {
        hint: `needlescope completion ${nearest(wanted, shells) ?? 'bash'}`,
      });
    }
    context.stdout.write(scripts[shell](tree()));
    return exitCodes.done.code;
  };

/** A command as a shell sees it. */
interface Completable {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** Words that its first argument takes; none where it is a path or free. */
  readonly words: readonly string[];
}

interface Flag {
  readonly long: string;
  readonly summary: string;
  readonly takesValue: boolean;
  readonly values: readonly string[];
}

function tree(): Completable[] {
  const idle: Action = async () => exitCodes.done.code;
  const actions = { demo: idle, run: idle, plan: idle, report: idle, check: idle, doctor: idle };
  const verdicts = { compare: idle, baseline: idle, history: idle, calibrate: idle };
  const rows = { import: idle, export: idle, merge: idle, rescore: idle, show: idle };
  const others = { init: idle, completion: idle, serve: idle, list: idle };
  return createProgram(
    { ...actions, ...verdicts, ...rows, ...others },
    version,
    () => undefined,
  ).commands.map(completable);
}

function completable(command: Command): Completable {
  const described = command.registeredArguments[0]?.description ?? '';
  return {
    name: command.name(),
    summary: command.description(),
    flags: [...command.options.flatMap(flagOf), { ...helpFlag }],
    // Our own way of writing an argument that is one of a few words.
    words: described.includes(' | ') ? described.split(' | ') : [],
  };
}

const helpFlag: Flag = { long: '--help', summary: 'print this help', takesValue: false, values: [] };

function flagOf({ long, description, required, argChoices }: Option): Flag[] {
  if (long === undefined || long === null) return [];
  return [{ long, summary: description, takesValue: required, values: argChoices ?? [] }];
}

type Shell = (typeof shells)[number];

const scripts: Readonly<Record<Shell, (commands: readonly Completable[]) => string>> = {
  bash: (commands) => `# needlescope completion bash > /etc/bash_completion.d/needlescope, or in ~/.bashrc:
#   source <(needlescope completion bash)
_needlescope() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words="" flags=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')} --help --version" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]} $previous" in
${commands.flatMap(bashValues).join('\n')}
  esac
  case "\${COMP_WORDS[1]}" in
${commands.map(bashCase).join('\n')}
  esac
  if [ "\${current:0:1}" = "-" ]; then
    COMPREPLY=($(compgen -W "$flags" -- "$current"))
  elif [ -n "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}
complete -o default -F _needlescope needlescope
`,
  zsh: (commands) => `#compdef needlescope
# needlescope completion zsh > "\${fpath[1]}/_needlescope"
_needlescope() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  words=($words[2,-1])
  (( CURRENT-- ))
  case $command in
${commands.map(zshCase).join('\n')}
  esac
}
if [ "$funcstack[1]" = "_needlescope" ]; then _needlescope "$@"; else compdef _needlescope needlescope; fi
`,
  fish: (commands) => `# needlescope completion fish > ~/.config/fish/completions/needlescope.fish
${commands.flatMap(fishLines).join('\n')}
`,
};

function bashValues({ name, flags }: Completable): string[] {
  return flags.flatMap(({ long, takesValue, values }) => {
    if (values.length > 0) {
      return `    "${name} ${long}") COMPREPLY=($(compgen -W "${values.join(' ')}" -- "$current")); return ;;`;
    }
    // What it takes is the user's: file names are offered, flags are not.
    return takesValue ? `    "${name} ${long}") return ;;` : [];
  });
}

function bashCase({ name, flags, words }: Completable): string {
  return `    ${name}) flags="${flags.map(({ long }) => long).join(' ')}"; words="${words.join(' ')}" ;;`;
}

function zshCase({ name, flags, words }: Completable): string {
  const specs = flags.map(({ long, summary, takesValue, values }) => {
    const value = values.length > 0 ? `(${values.join(' ')})` : '_files';
    return quoted(`${long}[${bracketed(summary)}]${takesValue ? `:value:${value}` : ''}`);
  });
  const argument = words.length > 0 ? quoted(`1:word:(${words.join(' ')})`) : quoted('*:file:_files');
  return `    ${name}) _arguments ${[...specs, argument].join(' ')} ;;`;
}

function fishLines({ name, summary, flags, words }: Completable): string[] {
  const here = `complete -c needlescope -n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
  return [
    `complete -c needlescope -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
    ...flags.map(({ long, summary: what, takesValue, values }) => {
      const value = !takesValue ? '' : values.length > 0 ? ` -x -a ${quoted(values.join(' '))}` : ' -r';
      return `${here} -l ${long.slice(2)}${value} -d ${quoted(what)}`;
    }),
    ...(words.length > 0 ? [`${here} -f -a ${quoted(words.join(' '))}`] : []),
  ];
}

/** In single quotes, for any of the three shells. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", '\u2019')}'`;
}

function bracketed(text: string): string {
  return text.replace(/[\\[\]:]/g, '\\$&');
}
