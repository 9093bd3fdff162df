import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** A command to run, the same whoever's it is. */
export interface Command {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Beside what this process has. */
  readonly env: Readonly<Record<string, string>>;
}

/** What a whole command took, from its start to its end. */
export interface Measured {
  readonly wallSeconds: number;
  /** User and system, of the command and the children it waited for. */
  readonly cpuSeconds: number;
  /** The most that one process of it ever held. */
  readonly peakMb: number;
}

/** Runs a command through `python`, since Node tells nobody what a child took. Throws where it fails, with the end of what it printed. */
export async function measure(command: Command, python: string): Promise<Measured> {
  const wrapper = join('tests', 'bench', 'runner', 'measured.py');
  const printed = await outputOf({
    ...command,
    argv: [python, join(process.cwd(), wrapper), ...command.argv],
  });
  const { code, ...measured } = JSON.parse(printed.stdout) as Measured & { readonly code: number };
  if (code !== 0) {
    throw new Error(`${command.argv.join(' ')} ended with ${code}:\n${printed.stderr.slice(-2_000)}`);
  }
  return measured;
}

/** What a command prints. Throws where it fails or cannot be started. */
export async function outputOf({
  argv,
  cwd,
  env,
}: Command): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const [name = '', ...args] = argv;
  // A shell's own settings of either tool are none of this measurement's.
  const { NODE_OPTIONS: _node, PYTHONPATH: _python, OPENAI_BASE_URL: _base, ...inherited } = process.env;
  const child = spawn(name, args, {
    cwd,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text.stdout += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    text.stderr += part;
  });
  const code = await new Promise<number | null>((done, fail) => {
    child.on('error', fail);
    child.on('close', done);
  });
  if (code === 0) return text;
  throw new Error(`${argv.join(' ')} ended with ${code}:\n${text.stderr.slice(-2_000)}`);
}
