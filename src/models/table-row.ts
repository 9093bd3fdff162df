import type { ModelPreset } from './preset.ts';

/** What the article's table prints as "128K" and "1M"; K is read as 1,000, as everywhere in this tool. */
export const article128k = 128_000;
export const article1m = 1_000_000;

/** The twelve depths both published charts of the article use. */
export const publishedDepthPercents = [0, 9, 18, 27, 36, 45, 55, 64, 73, 82, 91, 100];

type Own = 'label' | 'parameters' | 'id' | 'sources';
type Shared = 'maker' | 'tokenizerFamily';

/** A row from what the models of one maker and generation share and what is its own; the rest as nothing is known of it. */
export function tableRow(
  shared: Pick<ModelPreset, Shared> & Partial<ModelPreset>,
  own: Pick<ModelPreset, Own> &
    Partial<Omit<ModelPreset, 'windows'>> & { readonly windows: Omit<ModelPreset['windows'], 'served'> },
): ModelPreset {
  return {
    ids: {},
    otherRepositories: [],
    yarn: null,
    articleClaim: null,
    tokenizer: 'auto',
    templateOverhead: null,
    defaultSystemPrompt: null,
    thinking: null,
    sampling: null,
    extraBody: {},
    price: null,
    publishedGrid: null,
    stop: [],
    verifiedOn: null,
    simulated: false,
    note: null,
    ...shared,
    ...own,
    unverified: [...(shared.unverified ?? []), ...(own.unverified ?? [])],
    windows: { ...own.windows, served: null },
  };
}
