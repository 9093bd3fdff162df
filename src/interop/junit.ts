import { type CiCase, type CiReport, countCases } from './ci-report.ts';
import { escapeXmlAttribute as attribute, escapeXml } from './xml.ts';

/**
 * JUnit XML in the form that Jenkins, GitLab and GitHub's test reporters read: one suite a model and task, one case a rule.
 * `<failure>`: a rule is not met. `<error>`: the endpoint's fault, or too little was measured to say. `<skipped>`: nothing could be shown either way.
 */
export function renderJUnit(report: CiReport): string {
  const groups = [...new Set(report.cases.map(({ group }) => group))];
  const suites = groups.map((group) => ({
    ...report,
    cases: report.cases.filter((each) => each.group === group),
  }));
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${attribute(`needlescope ${report.title}`)}" ${countAttributes(report)} time="0">`,
    ...suites.flatMap((suite, index) => suiteLines(suite, groups[index] ?? '')),
    '</testsuites>',
  ].join('\n')}\n`;
}

function suiteLines(suite: CiReport, group: string): string[] {
  const timestamp = suite.startedAt.slice(0, 19);
  return [
    `  <testsuite name="${attribute(group)}" ${countAttributes(suite)} time="0" timestamp="${attribute(timestamp)}">`,
    ...(suite.simulated
      ? ['    <properties>', '      <property name="simulated" value="true"/>', '    </properties>']
      : []),
    ...suite.cases.flatMap(caseLines),
    '  </testsuite>',
  ];
}

function caseLines({ group, name, outcome, message }: CiCase): string[] {
  const open = `    <testcase name="${attribute(name)}" classname="${attribute(`needlescope.${group.replaceAll('.', '_')}`)}" time="0"`;
  if (outcome === 'passed') return [`${open}/>`];
  return [`${open}>`, `      ${resultElement(outcome, message)}`, '    </testcase>'];
}

function resultElement(outcome: 'failed' | 'error' | 'skipped', message: string): string {
  switch (outcome) {
    case 'failed':
      return `<failure type="threshold" message="${attribute(message)}">${escapeXml(message)}</failure>`;
    case 'error':
      return `<error type="incomplete" message="${attribute(message)}">${escapeXml(message)}</error>`;
    case 'skipped':
      return `<skipped message="${attribute(message)}"/>`;
  }
}

function countAttributes(report: CiReport): string {
  const counts = {
    tests: report.cases.length,
    failures: countCases(report, 'failed'),
    errors: countCases(report, 'error'),
    skipped: countCases(report, 'skipped'),
  };
  return Object.entries(counts)
    .map(([name, count]) => `${name}="${count}"`)
    .join(' ');
}
