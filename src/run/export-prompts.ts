import { createHash } from 'node:crypto';
import { firstTry } from '../client/adapt.ts';
import { requestBody } from '../client/completion-request.ts';
import { NeedlescopeError } from '../core/errors.ts';
import type { Message } from '../core/sample.ts';
import type { BuiltPrompt, ModelJob, PlannedCell } from './job.ts';
import type { PackEnd, PackHeader, PackPrompt } from './pack-format.ts';
import { identityOf } from './plan-run.ts';
import type { ManifestParts } from './run-manifest.ts';

type ExportParts = Pick<ManifestParts, 'config' | 'models' | 'jobs' | 'source' | 'toolVersion'>;

interface ExportForm {
  readonly summary: string;
  lines(parts: ExportParts, exportedAt: string): AsyncGenerator<unknown>;
}

/** How prompts can be written, a JSON value a line. */
export const exportForms = {
  pack: {
    summary: 'Frozen prompts for `needlescope run --pack`: the very same on any build.',
    lines: packLines,
  },
  'openai-batch': {
    summary: "The batch API's requests: custom_id, method, url, body.",
    lines: (parts) => batchLines(parts, 'max_completion_tokens'),
  },
  'vllm-batch': {
    summary: '`vllm run-batch -i FILE`: the same form, with the older name of the answer limit.',
    lines: (parts) => batchLines(parts, 'max_tokens'),
  },
  dataset: {
    summary: 'id, input (messages), target, metadata: for other evaluation tools.',
    lines: datasetLines,
  },
} as const satisfies Record<string, ExportForm>;
export type ExportFormName = keyof typeof exportForms;

/** The pack of one model's prompts: a header, the prompts, and a last line that counts them. Throws `usage` for several models. */
async function* packLines(
  parts: ExportParts,
  exportedAt: string,
): AsyncGenerator<PackHeader | PackPrompt | PackEnd> {
  const [job, ...others] = parts.jobs;
  if (job === undefined || others.length > 0) {
    throw new NeedlescopeError(
      'usage',
      `expected one model for a pack, whose prompts have one length, got ${parts.jobs.length}`,
      { hint: `pick one: --model ${job?.name ?? 'NAME'}` },
    );
  }
  const hash = createHash('sha256');
  const hashed = <Line extends PackHeader | PackPrompt>(line: Line): Line => {
    hash.update(`${JSON.stringify(line)}\n`);
    return line;
  };
  yield hashed(headerOf(parts, exportedAt));
  for (const planned of job.cells) {
    const { promptKey, sample, messages } = await planned.build();
    const { task, contextLength, depth, trial } = planned.cell;
    const cell = { task, contextLength, depth, trial };
    yield hashed({ cell, promptKey, sample, messages: plainMessages(messages) });
  }
  yield { end: { prompts: job.cells.length, sha256: hash.digest('hex') } };
}

function headerOf({ config, models, source, toolVersion }: ExportParts, exportedAt: string): PackHeader {
  const [model] = models;
  if (model === undefined) throw new RangeError('a pack of no model');
  const { settings, tokenizer, contextLengths } = model;
  const { tasks, lengthBy, trials, corpus, haystacks, strategy, prompt, seed } = config;
  const { id, language, sha256, origin } = source.corpus;
  return {
    pack: 1,
    tool: { name: 'needlescope', version: toolVersion },
    exportedAt,
    api: settings.api,
    maxTokens: settings.maxTokens,
    model: { id: settings.model, tokenizer: settings.tokenizer },
    tokenizer: { id: tokenizer.id, exact: tokenizer.exact && lengthBy === 'model' },
    templateOverhead: model.overhead.tokens(),
    grid: { contextLengths, depths: settings.depths, trials: settings.trials },
    corpus: { id, language, sha256, chars: source.chars, origin },
    config: { tasks, lengthBy, trials, corpus, haystacks, strategy, prompt, seed },
    identities: Object.fromEntries(
      tasks.map((task) => {
        const { model: _, ...rest } = identityOf(model, task, { config, source });
        return [task.id, rest];
      }),
    ),
  };
}

/** One request a cell, its result key as `custom_id`. The endpoint never sees a stream: batches have none. */
async function* batchLines(
  { jobs }: ExportParts,
  tokensField: 'max_tokens' | 'max_completion_tokens',
): AsyncGenerator<object> {
  for await (const { job, planned, built } of builtCells(jobs)) {
    const { stream: _, ...body } = requestBody(
      { ...job, messages: built.messages, text: built.text, stream: false },
      { ...firstTry, tokensField },
      String,
    );
    const url = job.api === 'chat' ? '/v1/chat/completions' : '/v1/completions';
    yield { custom_id: planned.key, method: 'POST', url, body };
  }
}

async function* datasetLines({ jobs }: ExportParts): AsyncGenerator<object> {
  for await (const { planned, built } of builtCells(jobs)) {
    const { sample, promptKey, messages } = built;
    const { promptTokens, promptChars, promptSha256, needles, question, target } = sample;
    yield {
      id: planned.key,
      input: plainMessages(messages),
      target,
      metadata: {
        ...planned.cell,
        ...{ promptKey, promptTokens, promptChars, promptSha256, needles, question },
      },
    };
  }
}

async function* builtCells(jobs: readonly ModelJob[]): AsyncGenerator<{
  readonly job: ModelJob;
  readonly planned: PlannedCell;
  readonly built: BuiltPrompt;
}> {
  for (const job of jobs) {
    for (const planned of job.cells) yield { job, planned, built: await planned.build() };
  }
}

function plainMessages(messages: BuiltPrompt['messages']): Message[] {
  return messages.map(({ role, content }) => ({ role, content: String(content) }));
}
