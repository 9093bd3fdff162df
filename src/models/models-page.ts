import { models } from './model-table.ts';
import type { ModelPreset } from './preset.ts';
import type { Provider } from './provider.ts';
import { providers } from './providers.ts';
import { tokenizerFamilies } from './tokenizer-families.ts';

/** The reference of models, servers and services as Markdown: docs/models.md, made of the tables. */
export function modelsPage(): string {
  return [
    '# Models, servers and services',
    '',
    'This page is made of the tables in `src/models/`; `needlescope list models --json` prints every field. Facts bear the day they were last held',
    'against their sources; what no source was at hand for stands under *unverified*. Any key of the config overrides a row.',
    '',
    '## Models',
    '',
    'Three windows are kept apart: what the config file says, what the documentation promises, and what a server serves. The last is asked from the',
    'server when a run starts, and learnt from its refusals; no table can know it. A grid beyond it is warned of, and its cells are recorded as overflow.',
    '',
    '```sh',
    'needlescope run --preset qwen2-72b --base-url http://127.0.0.1:8000/v1',
    'needlescope run --preset deepseek-v4-flash --provider deepseek',
    '```',
    '',
    ...markdownTable(
      [
        'preset',
        'id',
        'parameters',
        'config',
        'documented',
        'article',
        'template',
        'tokenizer',
        'checked',
        'unverified',
      ],
      Object.entries<ModelPreset>(models).map(([name, row]) => [
        code(name),
        code(row.id),
        row.parameters ?? 'not told',
        figure(row.windows.config),
        figure(row.windows.documented),
        figure(row.articleClaim),
        figure(row.templateOverhead),
        row.tokenizerFamily,
        row.verifiedOn ?? '',
        row.unverified.join(', '),
      ]),
    ),
    '',
    '`template`: the tokens that the chat template adds to one user message. `article`: what the table of the article says, with K as 1,000.',
    ...notesOf(),
    '',
    '### Longer windows by YaRN',
    '',
    'These serve their documented window only when the server is told so; static YaRN also changes answers to short prompts.',
    '',
    ...Object.entries<ModelPreset>(models).flatMap(([name, { yarn, windows }]) =>
      yarn === null ? [] : [`- ${code(name)}: ${code(vllmYarn(yarn, windows.documented))}`],
    ),
    '',
    '## Servers and services',
    '',
    '`--provider NAME` fills in the address, the name of the key, the id that it has for a preset, the fields its requests need, and who counts tokens. A',
    'service is known by its address too. `thinking: off` in a model’s config is sent in its words.',
    '',
    ...markdownTable(
      [
        'provider',
        'address',
        'key',
        'answer limit',
        'thinking off',
        'counts texts',
        'tells its window',
        'cached tokens',
      ],
      Object.entries<Provider>(providers).map(([name, row]) => [
        `${code(name)} ${row.label}`,
        code(row.baseUrl),
        row.apiKeyEnv === null ? 'none' : code(row.apiKeyEnv),
        code(row.tokensField),
        row.thinking === null ? '' : code(JSON.stringify(row.thinking.off)),
        row.counting === 'usage' ? 'no' : '`POST /tokenize`',
        row.servedWindow ?? 'no',
        row.cachedTokens ?? 'no',
      ]),
    ),
    '',
    ...markdownTable(
      [
        'provider',
        'refuses a long prompt with',
        'may cut it in silence',
        'turns calls away with',
        'batch',
        'unverified',
      ],
      Object.entries<Provider>(providers).map(([name, row]) => [
        code(name),
        `${row.overflow.status} ${code(row.overflow.sign)}`,
        row.overflow.silent ?? '',
        row.rateLimit === null ? 'queues them' : `${row.rateLimit.status} ${code(row.rateLimit.sign)}`,
        batchText(row.batch),
        row.unverified.join(', '),
      ]),
    ),
    '',
    '### Without a model at hand',
    '',
    'The known-answer endpoint puts on the words of any of these, and answers to the id of a preset. Its list and its answers say who it is, so a run of it is',
    'SIMULATED like every other.',
    '',
    '```sh',
    'needlescope serve --dress vllm --as Qwen/Qwen2-72B-Instruct --window 32Ki --port 8437',
    'needlescope run --preset qwen2-72b --base-url http://127.0.0.1:8437/v1 --lengths 8k,32k,64k --trials 1',
    '```',
    '',
    '## Prices',
    '',
    'Prices change within months, so the table has few, each with its date and source. `--prices file` reads current ones in the format of LiteLLM’s',
    '`model_prices_and_context_window.json`: they stand over the table and under a `price` in the config. Where a price rises with the length of the prompt,',
    'the highest is taken.',
    '',
    ...Object.entries<ModelPreset>(models).flatMap(([name, { price }]) =>
      price === null
        ? []
        : [
            `- ${code(name)}: ${price.currency} ${price.input} in, ${price.output} out per million tokens${price.cachedInput === null ? '' : `, ${price.cachedInput} from the cache`} (${price.asOf}: ${price.source})`,
          ],
    ),
    '',
    '## Where tokenizers are looked for',
    '',
    ...markdownTable(
      ['family', 'repositories', 'files', 'packages', 'rests on'],
      Object.entries(tokenizerFamilies)
        .filter(([, places]) => places.repositories.length > 0)
        .map(([name, places]) => [
          code(name),
          places.repositories.map(code).join(' '),
          places.files.map(code).join(' '),
          places.packages.map(code).join(' '),
          places.summary,
        ]),
    ),
    '',
  ].join('\n');
}

function notesOf(): string[] {
  const notes = new Set(
    Object.values<ModelPreset>(models).flatMap(({ note }) => (note === null ? [] : [note.en])),
  );
  return [...notes].flatMap((note) => ['', note]);
}

function vllmYarn(yarn: NonNullable<ModelPreset['yarn']>, window: number): string {
  const { factor, originalWindow, ropeTheta } = yarn;
  const parameters = {
    rope_type: 'yarn',
    factor,
    original_max_position_embeddings: originalWindow,
    rope_theta: ropeTheta,
  };
  return `vllm serve … --hf-overrides '${JSON.stringify({ rope_parameters: parameters })}' --max-model-len ${window}`;
}

function batchText(batch: Provider['batch']): string {
  if (batch === null) return '';
  const { discountPercent, mostRequests, mostMegabytes, note } = batch;
  const facts = [
    discountPercent === null ? null : `${discountPercent} % off`,
    mostRequests === null ? null : `${figure(mostRequests)} requests`,
    mostMegabytes === null ? null : `${figure(mostMegabytes)} MB`,
    note,
  ].filter((fact) => fact !== null);
  return facts.length === 0 ? 'yes' : facts.join(', ');
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)];
}

function code(text: string): string {
  return `\`${text}\``;
}

/** With its thousands apart; nothing for what is not known. */
function figure(value: number | null): string {
  return value === null ? '' : String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}
