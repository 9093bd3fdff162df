import { setTimeout as sleep } from 'node:timers/promises';
import { EndpointError } from '../client/endpoint-error.ts';
import { createEndpointClient, type EndpointClient } from '../client/openai-client.ts';
import type { JsonObject } from '../core/json.ts';
import type { Language } from '../core/language.ts';
import { generateProse } from '../corpus/generate.ts';
import { chatMessages } from '../prompt/template.ts';
import { type Calibration, fitProbes, type Observation } from '../tokenizer/calibration.ts';
import type { LocalTokenizer } from '../tokenizer/tiktoken.ts';
import type { Connection } from './look-ahead.ts';

export interface CalibrationRequest {
  readonly connection: Connection;
  readonly model: string;
  readonly api: 'chat' | 'completions';
  /** Goes with every probe, since it may change the template. */
  readonly extraBody: JsonObject;
  readonly system: string | null;
  readonly language: Language;
  /** The tokenizer that stands in. */
  readonly base: LocalTokenizer;
  readonly timeoutSeconds: number;
}

/** Characters of the three probes: enough to tell the template's tokens from the text's, and some 3,000 tokens in all. */
const probeChars: Readonly<Record<Language, readonly number[]>> = {
  en: [240, 2_400, 9_600],
  zh: [90, 900, 3_600],
};
const attempts = 3;
const longestWaitMs = 20_000;

/**
 * How the endpoint's own counts follow from `base`, by three short questions of one answer token. Null where it reports no usage, or
 * counts that fit no tokenizer, or does not answer: what is wrong then shows when the first cell is asked.
 */
export async function calibrate(
  request: CalibrationRequest,
): Promise<(Calibration & { readonly overhead: number }) | null> {
  const client = createEndpointClient({ ...request.connection, timeoutSeconds: request.timeoutSeconds });
  try {
    const { base, language, system } = request;
    const around = system === null ? 0 : base.count(system);
    const observations: Observation[] = [];
    for (const [i, chars] of probeChars[language].entries()) {
      const text = generateProse({ language, seed: i, chars });
      const counted = await ask(client, request, text);
      if (counted === null) return null;
      observations.push({ base: base.count(text) + around, counted });
    }
    return fitProbes(observations);
  } finally {
    await client.close();
  }
}

async function ask(
  client: EndpointClient,
  request: CalibrationRequest,
  text: string,
): Promise<number | null> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    try {
      const { usage } = await client.complete({
        api: request.api,
        model: request.model,
        messages: chatMessages(request.system, text),
        text,
        maxTokens: 1,
        temperature: 0,
        stop: [],
        extraBody: request.extraBody,
        stream: false,
      });
      return usage.promptTokens;
    } catch (error) {
      if (!(error instanceof EndpointError)) throw error;
      const passing = error.kind === 'rate_limited' || error.kind === 'server' || error.kind === 'network';
      if (!passing || error.unreachable) return null;
      await sleep(Math.min(longestWaitMs, error.retryAfterMs ?? 1_000 * attempt));
    }
  }
  return null;
}
