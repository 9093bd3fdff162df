/** What `doctor` looks at, in the order of its table. */
export const checks = [
  'reach',
  'key',
  'model',
  'window',
  'tokenizer',
  'template',
  'usage',
  'streaming',
  'ttft',
  'thinking',
  'truncation',
  'cache',
  'clock',
  'disk',
] as const;
export type Check = (typeof checks)[number];

/** `problem`: a run would fail or measure something else · `warning`: look at it first · `unknown`: it could not be told. */
export type Severity = 'ok' | 'note' | 'warning' | 'problem' | 'unknown';

/** One thing that was looked at, and what came of it. */
export interface Finding {
  readonly check: Check;
  readonly severity: Severity;
  /** One line. */
  readonly message: string;
  /** What to do about it, one line; null where nothing needs to be done. */
  readonly fix: string | null;
}

/** A finding in short. */
export function finding(
  check: Check,
  severity: Severity,
  [message, fix = null]: readonly [message: string, fix?: string | null],
): Finding {
  return { check, severity, message, fix };
}

/** Findings in the order of the table. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return checks.flatMap((check) => findings.filter((each) => each.check === check));
}
