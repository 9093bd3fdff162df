import type { Language } from '../../core/language.ts';
import { formatLength } from '../../core/length.ts';
import type { Manifest, ModelRecord } from '../../results/manifest.ts';
import { groupedNumber } from '../panel-text.ts';
import { bilingual, foreign, phrase } from './bilingual.ts';
import { escapeHtml } from './escape.ts';
import { type StringKey, text } from './strings.ts';

type Fact = readonly [StringKey, string];

function list(facts: readonly Fact[], lang: Language): string {
  return `<dl>${facts.map(([key, html]) => `<div><dt>${phrase(lang, key)}</dt><dd>${html}</dd></div>`).join('')}</dl>`;
}

const hash = (value: string): string => `<code class="hash">${escapeHtml(value)}</code>`;

function modelFacts(model: ModelRecord, lang: Language): string {
  const tokenizer =
    model.tokenizer === null
      ? '–'
      : `${foreign(model.tokenizer.id)} (${phrase(lang, model.tokenizer.exact ? 'exact' : 'estimate')}${errorOf(model)})`;
  return list(
    [
      [
        'model',
        `${foreign(model.name)}${model.model === null || model.model === model.name ? '' : ` → ${foreign(model.model)}`}`,
      ],
      ['endpoint', model.endpointHost === null ? '–' : foreign(model.endpointHost)],
      ['tokenizer', tokenizer],
      ...windowFacts(model, lang),
      ...(model.templateOverhead === null
        ? []
        : [['template_overhead', phrase(lang, 'template_tokens', { n: model.templateOverhead })] as const]),
      ...(model.maxTokens === null
        ? []
        : [['answer_budget', phrase(lang, 'n_tokens', { n: model.maxTokens })] as const]),
      ...(model.adapted === undefined || model.adapted.length === 0
        ? []
        : [['adapted', foreign(model.adapted.join(', '))] as const]),
    ],
    lang,
  );
}

function windowFacts({ windows }: ModelRecord, lang: Language): Fact[] {
  const known = (['claimed', 'documented', 'config', 'served'] as const).flatMap((name) => {
    const length = windows[name];
    const key = name === 'served' ? 'served_window' : (`window_${name}` as const);
    return length === null ? [] : [phrase(lang, key, { length: formatLength(length) })];
  });
  return known.length === 0 ? [] : [['windows', known.join(' · ')]];
}

function errorOf({ tokenizer }: ModelRecord): string {
  const estimate = tokenizer?.estimate;
  return estimate === undefined ? '' : ` ± ${(100 * estimate.error).toFixed(1)} %`;
}

function runFacts(run: Manifest, lang: Language): Fact[] {
  const dates = [run.startedAt, run.finishedAt].filter((date) => date !== null).map(escapeHtml);
  const facts: Fact[] = [
    ['status', phrase(lang, run.status)],
    ['dates', dates.join(' – ')],
    ['tool', `${escapeHtml(run.tool.name)} ${foreign(run.tool.version)}`],
    ['planned_cells', groupedNumber(run.plannedCells)],
  ];
  if (run.imported !== null) return [...facts, ['imported', foreign(run.imported.source)]];
  const corpus: Fact[] =
    run.corpus === null
      ? []
      : [
          [
            'corpus',
            `${foreign(run.corpus.id)} (${escapeHtml(run.corpus.language)}, ${groupedNumber(run.corpus.chars)} ${phrase(lang, 'characters')}) ${hash(run.corpus.sha256)}`,
          ],
        ];
  return [
    ...facts,
    ['seed', String(run.seed)],
    ['length_by', foreign(run.lengthBy)],
    ['trials', [...new Set(run.grids.map(({ trials }) => trials))].join(' · ')],
    ...(typeof run.config['haystacks'] === 'string'
      ? [['haystacks', foreign(run.config['haystacks'])] as const]
      : []),
    ...(run.shard === null ? [] : [['shard', `${run.shard.index}/${run.shard.count}`] as const]),
    ...corpus,
    ...run.tasks.map(
      (task): Fact => [
        'task',
        `${foreign(task.id)} (${phrase(lang, 'task_version', { version: task.version, scorer: task.scorer })})`,
      ],
    ),
    ['config_hash', hash(run.configSha256)],
  ];
}

/** Where the figures of a run come from: dates, versions, seed, corpus, endpoints, tokenizers, config and its hash. */
export function provenance(run: Manifest, lang: Language): string {
  const note = run.imported?.note ?? null;
  const config =
    run.imported === null
      ? `<details><summary>${phrase(lang, 'config')}</summary><pre class="scroll" tabindex="0">${escapeHtml(JSON.stringify(run.config, null, 2))}</pre></details>`
      : '';
  return `<article class="run"><h3>${phrase(lang, 'run')} ${foreign(run.run)}${
    run.models.some(({ simulated }) => simulated)
      ? ` <span class="badge sim">${escapeHtml(text(lang, 'simulated'))}</span>`
      : ''
  }</h3>
${list(runFacts(run, lang), lang)}
${note === null ? '' : bilingual(lang, (l) => note[l], 'p', 'class="note"')}
${run.imported === null ? run.models.map((model) => modelFacts(model, lang)).join('') : ''}
${config}</article>`;
}
