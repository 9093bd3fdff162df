import { formatLength } from '../core/length.ts';
import type { Discovery } from '../run/discover.ts';

/** What a config is written from. */
export interface ConfigFacts {
  /** As it is named on the command line. */
  readonly file: string;
  /** As written: it may name a variable. */
  readonly baseUrl: string;
  /** The address itself, without secrets. */
  readonly address: string;
  readonly api: 'chat' | 'completions';
  /** The name of a variable; null: no key. */
  readonly apiKeyEnv: string | null;
  readonly preset: string | null;
  readonly discovery: Discovery;
  /** Why nobody was asked; null where the endpoint was. */
  readonly note: string | null;
}

/** Lengths where no window is known: every model takes them. */
const safeLengths = [1_000, 2_000, 4_000, 8_000];

/** A commented config of one model, ready to plan and run. */
export function configText(facts: ConfigFacts): string {
  const { file, baseUrl, address, api, apiKeyEnv, preset, discovery, note } = facts;
  const { model, server, window, counts, contextLengths } = discovery;
  const served = window === null ? 'a window that it does not tell' : `a window of ${window} tokens`;
  const source = note ?? `${address}${server === null ? '' : `, ${server}`}, serves ${served}`;
  const lengths = (contextLengths ?? safeLengths).map(formatLength).join(', ');
  return `# Written by \`needlescope init\`: ${oneLine(source)}.
# Every key: docs/config.md. Look before it spends anything: needlescope plan ${oneLine(file)} · needlescope doctor ${oneLine(file)}
version: 1
models:
  - name: ${JSON.stringify(nameOf(model))} # the label in results and report
${preset === null ? '' : `    preset: ${JSON.stringify(preset)} # a row of the model table: what its maker claims\n`}    model: ${JSON.stringify(model)} # the id sent
    baseUrl: ${JSON.stringify(baseUrl)}
    ${apiKeyEnv === null ? '# apiKeyEnv: MY_KEY' : `apiKeyEnv: ${JSON.stringify(apiKeyEnv)}`} # the variable that holds the key, never the key itself
    ${preset === null ? '# contextWindow: 128k # what the maker claims, to stand beside what works' : '# contextWindow: 128k # where another window is claimed than the preset says'}
    tokenizer: ${counts ? 'server # it counts its own tokens: exact' : 'auto # the server does not count: an estimate; tokenizer.json of the model makes it exact'}
    api: ${api} # chat, or completions for a base model, which completes an answer stem
    maxTokens: 128 # reserved for the answer, part of every length; a model that thinks needs thousands
tasks:
  - name: niah_single # a key and a 7-digit value, new for every cell
  # A needle of your own:
  # - name: niah_single
  #   id: my-needle
  #   needle: The spare key hangs behind the blue clock.
  #   question: Where does the spare key hang?
  #   answers: [blue clock]
contextLengths: [${lengths}] # ${contextLengths === null ? 'no window is known: put in what you serve' : 'doubling up to the served window'}
depths: { count: 11 } # 0 to 100 %
trials: 3 # under 3 a run is a preview only
corpus: prose-en # or prose-zh, or {files: "texts/*.txt", language: en}
seed: 7
execution: { concurrency: 4 }
# budget: { promptTokens: 10000000, minutes: 60 } # where the run stops; the same command resumes
# thresholds: ["accuracy >= 0.95", "effectiveLength >= 8k"] # make the exit code say so
`;
}

/** The last part of an id such as \`Qwen/Qwen2-7B-Instruct\` or of a path to a model file. */
function nameOf(model: string): string {
  const last = model.split(/[\\/]/).filter(Boolean).at(-1) ?? model;
  return (
    oneLine(last.replace(/\.gguf$/i, ''))
      .slice(0, 120)
      .trim() || 'model'
  );
}

/** Names come from a server: none may end a comment's line. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
