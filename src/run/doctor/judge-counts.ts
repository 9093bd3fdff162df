import type { Completion } from '../../core/completion.ts';
import { type Finding, finding } from './finding.ts';
import type { Observed, Probe } from './observed.ts';
import { windowFix } from './window-fix.ts';

/** Drift of a tokenizer that is said to be exact: one token more or less may come of a seam. */
const exactDrift = 1;
/** Drift of an estimate, as a share, that is worth a word. */
const roughDrift = 0.03;
const ownTokenizer = 'name the model’s own: --tokenizer path/to/tokenizer.json (needlescope list tokenizers)';

/** What the server's own counts say: usage, tokenizer, template, silent cuts. Pure. */
export function judgeCounts(seen: Observed): Finding[] {
  return [usageFinding(seen), ...tokenFindings(seen), truncationFinding(seen)];
}

function usageFinding({ talk, short }: Observed): Finding {
  const completions = [talk.completion, short?.completion ?? null].filter((each) => each !== null);
  if (completions.length === 0) return finding('usage', 'unknown', ['nothing was answered']);
  const counted = completions.some(({ usage }) => usage.promptTokens !== null);
  return counted
    ? finding('usage', 'ok', ['prompt tokens come with each answer'])
    : finding('usage', 'warning', [
        'the endpoint reports no token counts: silent cuts are looked for by canaries instead, and costs are estimates',
        'let the gateway pass usage on (streams need stream_options.include_usage)',
      ]);
}

/** What the server counted of a prompt, where it counted and did not plainly cut. */
interface Count {
  readonly planned: number;
  /** Counted less planned. */
  readonly off: number;
  /** Counted less what was planned of the text alone. */
  readonly around: number;
}

function countOf(probe: Probe | null, seen: Observed): Count | null {
  const counted = probe?.completion?.usage.promptTokens ?? null;
  if (probe === null || counted === null || isCut(probe, seen)) return null;
  const { planned, around } = probe;
  return { planned, off: counted - planned, around: counted - planned + around };
}

function tokenFindings(seen: Observed): Finding[] {
  const { tokenizer, short } = seen;
  const small = countOf(short, seen);
  if (short === null || small === null) {
    const cut = short !== null && isCut(short, seen);
    const why = cut ? 'the server cut even the shortest prompt' : 'no counts to compare with';
    return [
      finding('tokenizer', 'unknown', [`${tokenizer.id}: ${why}`]),
      finding('template', 'unknown', [why]),
    ];
  }
  const large = countOf(seen.middle ?? seen.longest, seen) ?? small;
  return [
    tokenizer.exact ? exactFinding(seen, { small, large }) : estimateFinding(seen, large),
    templateFinding(seen, { planned: short.around, small }),
  ];
}

/** What a short prompt is off by is the template's; what grows with the prompt is the tokenizer's. */
function exactFinding(
  { tokenizer: { id }, overheadKnown }: Observed,
  { small, large }: { readonly small: Count; readonly large: Count },
): Finding {
  const growth = large.around - small.around;
  const sizes = large === small ? `${small.planned}` : `${small.planned} and ${large.planned}`;
  if (Math.abs(growth) > exactDrift) {
    const percent = (100 * Math.abs(growth)) / (large.planned - small.planned);
    return finding('tokenizer', 'problem', [
      `${id} is not this model’s: counts drift by ${percent.toFixed(1)} % (${growth > 0 ? '+' : ''}${growth} tokens from ${small.planned} to ${large.planned})`,
      `--tokenizer server where it counts, else ${ownTokenizer}`,
    ]);
  }
  const agree = overheadKnown && small.off === 0 ? 'planned = counted' : 'no drift';
  return finding('tokenizer', 'ok', [`${id}: ${agree}, at ${sizes} tokens`]);
}

function estimateFinding({ tokenizer: { id, warning } }: Observed, { planned, off }: Count): Finding {
  const share = Math.abs(off) / planned;
  const said = `${id} is an estimate, ${(100 * share).toFixed(1)} % off at ${planned} tokens`;
  return share > roughDrift
    ? finding('tokenizer', 'warning', [said, ownTokenizer])
    : finding('tokenizer', 'note', [warning === null ? said : `${said} (${warning})`, ownTokenizer]);
}

function templateFinding(
  { patient, tokenizer, overheadKnown }: Observed,
  { planned, small }: { readonly planned: number; readonly small: Count },
): Finding {
  const around = patient.api === 'chat' ? 'the chat template' : 'the server';
  if (small.off === 0 || !tokenizer.exact)
    return finding('template', 'ok', [`${around} adds ${planned} tokens, as planned`]);
  if (!overheadKnown)
    return finding('template', 'ok', [
      `${around} adds ${small.around} tokens; a run learns it from the first answer`,
    ]);
  return finding('template', 'warning', [
    `${around} adds ${small.around} tokens, planned were ${planned}`,
    `templateOverhead: ${Math.max(0, small.around)} in the model’s entry`,
  ]);
}

function truncationFinding(seen: Observed): Finding {
  const { patient, server } = seen;
  const cut = [seen.short, seen.middle, seen.longest].find((probe) => probe !== null && isCut(probe, seen));
  if (cut !== null && cut !== undefined) return cutFinding(seen, cut);
  const probe = seen.longest ?? seen.middle ?? seen.short;
  if (probe === null) return finding('truncation', 'unknown', ['no canary was sent']);
  const length = `${probe.planned} tokens`;
  if (probe.error !== null) {
    return probe.error.kind === 'overflow'
      ? finding('truncation', 'ok', [`a prompt of ${length} is refused, not cut: ${probe.error.message}`])
      : finding('truncation', 'unknown', [
          `a prompt of ${length} was not answered: ${probe.error.message}`,
          'give it more time: needlescope doctor --timeout 600',
        ]);
  }
  const came = holds(probe);
  if (probe.completion.usage.promptTokens !== null) {
    const back = came
      ? 'and the number at its start came back'
      : 'though the number at its start did not come back';
    return finding('truncation', came ? 'ok' : 'note', [`a prompt of ${length} is counted whole, ${back}`]);
  }
  if (came) return finding('truncation', 'ok', [`the number at the start of ${length} came back`]);
  return seen.short !== null && holds(seen.short)
    ? finding('truncation', 'warning', [
        `the number at the start of ${length} did not come back, that of a short prompt did: it may be cut in silence`,
        windowFix({ ...server, model: patient.model, tokens: patient.longest }),
      ])
    : finding('truncation', 'unknown', ['the model gives no numbers back and the server no counts']);
}

function cutFinding({ patient, server, talk }: Observed, probe: Probe): Finding {
  const counted = probe.completion?.usage.promptTokens ?? 0;
  // Ollama keeps half of its window and two tokens.
  const halved = (2 * (counted - 2)) % 1_024 === 0;
  const kind = server.kind ?? (halved ? 'Ollama' : null);
  const window = halved ? 2 * (counted - 2) : counted + patient.maxTokens;
  const like = halved ? `, as Ollama does with a window of ${window}` : `; its window is about ${window}`;
  const where = talk.completion === null || holds(probe) ? '' : '; the number at its start did not come back';
  return finding('truncation', 'problem', [
    `prompts are cut in silence: of ${probe.planned} tokens the server read ${counted}${like}${where}`,
    `${windowFix({ kind, model: patient.model, tokens: patient.longest, slots: server.slots })}; or --lengths up to ${window}`,
  ]);
}

/**
 * Whether the server counted fewer tokens than a prompt holds, beyond what the contract calls a cut. Another model's tokenizer falls short
 * too, by the same share at every size: a short prompt whose first words were read tells how much.
 */
function isCut({ planned, around, completion }: Probe, { short, cutShare }: Observed): boolean {
  const counted = completion?.usage.promptTokens ?? null;
  if (counted === null) return false;
  const told = short !== null && holds(short) ? (short.completion?.usage.promptTokens ?? null) : null;
  const ratio = short === null || told === null ? 1 : (told - short.around) / (short.planned - short.around);
  const whole = around + (planned - around) * ratio;
  // What one short prompt tells of a share is itself off by some tokens.
  const share = told === short?.planned ? cutShare : Math.max(cutShare, 0.02);
  return counted < whole - Math.max(64, whole * share);
}

function holds({ code, completion }: Probe): boolean {
  return code !== null && answered(completion).includes(code);
}

function answered(completion: Completion | null): string {
  return `${completion?.reasoning ?? ''}\n${completion?.text ?? ''}`;
}
