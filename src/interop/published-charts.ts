import deepseekV2 from './published/deepseek-v2-base-128k.json' with { type: 'json' };
import glm4 from './published/glm-4-9b-chat-1m.json' with { type: 'json' };

/** Charts that ship: their figures, read off the publishers' pictures. `chart` goes through `importPublishedChart`. */
export const publishedCharts: readonly {
  readonly id: string;
  readonly title: string;
  readonly chart: unknown;
}[] = [
  { id: 'deepseek-v2-base-128k', title: 'DeepSeek-V2 Base, 128K', chart: deepseekV2 },
  { id: 'glm-4-9b-chat-1m', title: 'GLM-4-9B-Chat-1M, 1M', chart: glm4 },
];
