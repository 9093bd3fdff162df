import { type Finding, finding } from './finding.ts';
import type { Observed } from './observed.ts';

/** Answers shorter than this in tokens, or faster in ms, do not show whether they came bit by bit. */
const talkativeTokens = 8;
const slowMs = 200;
/** No model writes a token faster than this: the answer was held back and came at once. */
const leastTokenMs = 0.5;

/** What the answers themselves say: how they stream, thoughts, the prefix cache. Pure. */
export function judgeAnswers(seen: Observed): Finding[] {
  return [streamingFinding(seen), ttftFinding(seen), thinkingFinding(seen), cacheFinding(seen)];
}

function streamingFinding({ talk, adapted }: Observed): Finding {
  if (talk.completion === null)
    return finding('streaming', 'unknown', [`not answered: ${talk.error.message}`]);
  if (talk.completion.ttftMs === null) {
    return finding('streaming', 'warning', [
      'the endpoint answers in one piece though a stream is asked for: no time to the first token',
      'execution: {stream: false} says so, or let the gateway stream',
    ]);
  }
  return finding('streaming', 'ok', [
    adapted.length === 0 ? 'answers stream' : `answers stream; calls differ by: ${adapted.join(', ')}`,
  ]);
}

function ttftFinding({ talk }: Observed): Finding {
  const { completion } = talk;
  if (completion === null || completion.ttftMs === null)
    return finding('ttft', 'unknown', ['there is no first token to time']);
  const { ttftMs, latencyMs = 0, usage } = completion;
  const tokens = usage.completionTokens ?? 0;
  const times = `first token after ${ttftMs} ms of ${latencyMs} ms, ${tokens} tokens`;
  if (tokens < talkativeTokens || latencyMs < slowMs)
    return finding('ttft', 'unknown', [`${times}: too short to tell`]);
  if ((latencyMs - ttftMs) / (tokens - 1) < leastTokenMs) {
    return finding('ttft', 'warning', [
      `${times}: the answer is held back and comes at once, so that its first token tells nothing`,
      'switch buffering off in the gateway (nginx: proxy_buffering off)',
    ]);
  }
  return finding('ttft', 'ok', [times]);
}

function thinkingFinding({ talk, short, middle, patient }: Observed): Finding {
  const completions = [talk, short, middle].flatMap((probe) => probe?.completion ?? []);
  if (completions.length === 0) return finding('thinking', 'unknown', ['nothing was answered']);
  const thoughts = completions.filter(({ reasoning }) => reasoning !== null);
  const fix =
    'extraBody: {chat_template_kwargs: {enable_thinking: false}} where the model has it, or maxTokens: 4096';
  if (thoughts.length === 0) return finding('thinking', 'ok', ['off: no thoughts came']);
  const starved = thoughts.some(({ text }) => text.trim() === '');
  return starved
    ? finding('thinking', 'problem', [`on, and thoughts use up all of maxTokens (${patient.maxTokens})`, fix])
    : finding('thinking', 'warning', [
        `on: thoughts come before the answer and count against maxTokens (${patient.maxTokens})`,
        fix,
      ]);
}

function cacheFinding({ short, again }: Observed): Finding {
  const first = short?.completion ?? null;
  const second = again?.completion ?? null;
  if (first === null || second === null) return finding('cache', 'unknown', ['no prompt was answered twice']);
  const cached = second.usage.cachedTokens;
  if (cached === null)
    return finding('cache', 'unknown', ['the server does not say what it took from a prefix cache']);
  const of = second.usage.promptTokens ?? short?.planned ?? 0;
  return cached > 0
    ? finding('cache', 'note', [
        `on: ${cached} of ${of} tokens of a repeated prompt came from it; first tokens come sooner then`,
        'order: cache saves by it, order: bust keeps it out of the timings',
      ])
    : finding('cache', 'ok', ['off: a repeated prompt was read anew']);
}
