/** The one table of exit codes: code, help text and docs come from here. */
export const exitCodes = {
  done: { code: 0, meaning: 'done' },
  bug: { code: 1, meaning: 'a bug in the tool' },
  usage: { code: 2, meaning: 'bad flag or config' },
  unusable: { code: 3, meaning: 'corpus, results or output folder unusable' },
  incomplete: { code: 4, meaning: 'incomplete: some cells failed; run again to resume' },
  gate: { code: 5, meaning: 'thresholds not met, or a regression' },
  budget: { code: 6, meaning: 'budget reached; run again to resume' },
  interrupted: { code: 130, meaning: 'interrupted' },
} as const;
export type ExitName = keyof typeof exitCodes;
