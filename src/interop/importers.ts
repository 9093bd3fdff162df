import type { Importer } from './importer.ts';
import { importPublishedChart } from './published-chart.ts';

/** Formats of others' published results that can be read, by the name that `import --from` takes. */
export const importers = {
  'published-chart': {
    summary: 'A heatmap as data: scores by depth and context length, read off a published picture.',
    importRun: importPublishedChart,
  },
} as const satisfies Record<string, Importer>;
