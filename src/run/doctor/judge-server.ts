import { formatLength } from '../../core/length.ts';
import { nearest } from '../../core/nearest.ts';
import { type Finding, finding } from './finding.ts';
import type { Observed } from './observed.ts';
import { shellWord, windowFix } from './window-fix.ts';

/** Clocks further apart than this falsify the ends of rate limits. */
const farClockMs = 60_000;

/** What the server's own routes say: the model, its window, the clock. Pure. */
export function judgeServer(seen: Observed): Finding[] {
  return [modelFinding(seen), windowFinding(seen), clockFinding(seen)];
}

function modelFinding({ patient, listed, talk }: Observed): Finding {
  const { model } = patient;
  const ids = (listed ?? []).map(({ id }) => id);
  const refused = talk.error?.kind === 'not_found';
  if (ids.includes(model) && !refused) {
    const served = talk.completion?.servedModel ?? model;
    return served === model
      ? finding('model', 'ok', [`${model} is served`])
      : finding('model', 'note', [`${model} is served, and answers as ${served}`]);
  }
  const close = nearest(model, ids) ?? ids[0] ?? null;
  const fix = close === null ? 'look the id up where the model is served' : `--model ${shellWord(close)}`;
  if (refused)
    return finding('model', 'problem', [`the endpoint knows no ${model}: ${talk.error.message}`, fix]);
  if (listed === null) {
    return talk.completion === null
      ? finding('model', 'unknown', [`the endpoint lists no models, and ${model} did not answer`])
      : finding('model', 'ok', [`${model} answers; the endpoint lists no models`]);
  }
  const what = `the endpoint does not list ${model}${close === null ? '' : `; did you mean ${close}?`}`;
  return talk.completion === null
    ? finding('model', 'problem', [what, fix])
    : finding('model', 'warning', [`${what} It answers all the same: it may be another model`, fix]);
}

function windowFinding(seen: Observed): Finding {
  const { patient, longest } = seen;
  const learnt = longest?.error?.servedWindow ?? null;
  const window = learnt ?? seen.window;
  const { claimed } = patient;
  const needed = patient.longest;
  if (window === null) {
    const planned = `the plan goes to ${formatLength(needed)}`;
    return finding('window', 'unknown', [`the server does not tell its window; ${planned}, see truncation`]);
  }
  const how = learnt === null ? 'serves' : 'refused the longest prompt and names';
  const said = `${how} ${tokensOf(window)}`;
  if (needed > window) {
    return finding('window', 'problem', [
      `${said}, and the plan goes to ${tokensOf(needed)}: longer cells would be overflow`,
      `${fixFor(seen, needed)}; or --lengths up to ${window}`,
    ]);
  }
  if (claimed !== null && window < claimed) {
    return finding('window', 'warning', [
      `${said} of the ${tokensOf(claimed)} claimed`,
      fixFor(seen, claimed),
    ]);
  }
  const beside = claimed === null ? 'nothing is claimed' : `claimed: ${tokensOf(claimed)}`;
  return finding('window', 'ok', [`${said}; ${beside}; the plan goes to ${tokensOf(needed)}`]);
}

/** `8192 tokens (8Ki)`: as the server says it, and short where that helps. */
function tokensOf(count: number): string {
  const short = formatLength(count);
  return short === String(count) ? `${count} tokens` : `${count} tokens (${short})`;
}

function fixFor({ patient, server }: Observed, tokens: number): string {
  return windowFix({ kind: server.kind, model: patient.model, tokens, slots: server.slots });
}

function clockFinding({ server }: Observed): Finding {
  const { clockAheadMs } = server;
  if (clockAheadMs === null) return finding('clock', 'unknown', ['the server sends no date']);
  const seconds = Math.round(Math.abs(clockAheadMs) / 1_000);
  if (Math.abs(clockAheadMs) <= farClockMs) return finding('clock', 'ok', [`${seconds} s from the server’s`]);
  const side = clockAheadMs > 0 ? 'behind' : 'ahead of';
  return finding('clock', 'warning', [
    `this machine is ${seconds} s ${side} the server: dates in rows and ends of rate limits are off`,
    'set the clock: timedatectl set-ntp true',
  ]);
}
