import type { Command } from 'commander';

/** Adds the flags of what `writeCiOutputs` writes beside a command's own output. */
export function withCiOutputs(command: Command): Command {
  return command
    .option('--junit <file>', 'also write JUnit XML: <failure> a rule that is not met, <error> the endpoint')
    .option('--gitlab-metrics <file>', 'also write GitLab’s metrics report (OpenMetrics)')
    .option('--benchmark <file>', 'also write figures for github-action-benchmark (customBiggerIsBetter)')
    .option('--badge <file>', 'also write a badge: .svg, or .json for Shields')
    .option('--github', 'also print GitHub’s annotations to stderr and add to its job summary');
}
