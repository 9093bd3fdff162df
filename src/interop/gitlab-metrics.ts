import type { CiFigure, CiReport } from './ci-report.ts';

const help: Readonly<Record<CiFigure['measure'], string>> = {
  accuracy: 'Mean score over scored cells, 0 to 1.',
  coverage: 'Share of the planned cells that were scored.',
  effective_length_shown:
    'Longest length up to which the bar is shown to hold, in tokens; 0: not even the shortest.',
  effective_length_not_disproved: 'Longest length up to which the bar is not disproved, in tokens; 0: none.',
  failed: 'Cells whose call failed to the end.',
};

/** The figures as OpenMetrics text, which GitLab's `artifacts:reports:metrics` compares with the target branch. */
export function renderGitLabMetrics({ figures, simulated }: CiReport): string {
  const lines = (Object.keys(help) as CiFigure['measure'][]).flatMap((measure) => {
    const own = figures.filter((figure) => figure.measure === measure);
    if (own.length === 0) return [];
    const name = `needlescope_${measure}`;
    return [
      `# TYPE ${name} gauge`,
      `# HELP ${name} ${help[measure]}`,
      ...own.map(({ model, task, contextLength, value }) => {
        const labels = {
          model,
          task,
          ...(contextLength === null ? {} : { context_length: String(contextLength) }),
          ...(simulated ? { simulated: 'true' } : {}),
        };
        return `${name}{${Object.entries(labels)
          .map(([label, text]) => `${label}="${escapeLabel(text)}"`)
          .join(',')}} ${value}`;
      }),
    ];
  });
  return `${[...lines, '# EOF'].join('\n')}\n`;
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
