/**
 * The demo as a config. GLM-4's and DeepSeek-V2's published grids are those of the article's two charts; the lengths around 8K and
 * 64K show where the other two profiles end.
 */
export function demoConfig(output: string): object {
  const chartDepths = [0, 9, 18, 27, 36, 45, 55, 64, 73, 82, 91, 100];
  return {
    version: 1,
    models: [
      {
        preset: 'known-answer/perfect-1m',
        contextLengths: [
          8_000, 100_360, 192_728, 285_088, 377_456, 469_816, 562_184, 654_544, 746_912, 839_272, 931_640,
          1_024_000,
        ],
        depths: chartDepths,
        trials: 2,
      },
      {
        preset: 'known-answer/window-8k',
        contextLengths: ['1k', '2k', '4k', '8k', '16k', '32k', '64k', '128k'],
        depths: { count: 11 },
      },
      {
        preset: 'known-answer/fade-64k',
        contextLengths: ['4k', '8k', '16k', '32k', '48k', '64k', '80k', '96k', '112k', '128k'],
        depths: { count: 11 },
      },
      {
        preset: 'known-answer/published-deepseek-v2-cells',
        contextLengths: [
          '1k',
          '12k',
          '24k',
          '35k',
          '47k',
          '58k',
          '70k',
          '81k',
          '93k',
          '104k',
          '116k',
          '128k',
        ],
        depths: chartDepths,
      },
    ],
    tasks: [{ name: 'niah_single' }],
    trials: 3,
    corpus: 'prose-en',
    seed: 7,
    execution: { concurrency: 4 },
    output,
  };
}
