import { deepseekModels } from './deepseek.ts';
import { glmModels } from './glm.ts';
import { llamaModels } from './llama.ts';
import type { ModelPreset } from './preset.ts';
import { qwenModels } from './qwen.ts';

/**
 * Models by preset name: the article's eleven, and long-context models of today for comparison. Plain data.
 *
 * A card's "K" is 1,024: wherever a card and a config file agree, 8K, 32K and 128K stand for 8192, 32768 and 131072.
 */
export const models = {
  ...llamaModels,
  ...glmModels,
  ...qwenModels,
  ...deepseekModels,
} as const satisfies Record<string, ModelPreset>;
