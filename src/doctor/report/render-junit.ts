import { visible } from '../../estate/source/visible';
import type { Observation } from '../check';
import type { CheckedResult, Examination } from '../examination';
import { OUTCOME_LABELS } from './render';

/**
 * The examination as JUnit XML, which pipelines show: a test case a check. A failure is a failure, what could not be checked
 * is skipped, and warnings are output of the test case.
 */
export function renderJunit({ estate, examinedAt, totals, checks, notCompared }: Examination): string {
  const counts = { tests: checks.length, failures: totals.failure, errors: 0, skipped: totals.unknown };
  const name = { name: `doctor ${estate}` };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ ...name, ...counts })}>`,
    `  <testsuite${attributes({ ...name, ...counts, timestamp: examinedAt })}>`,
    ...properties(notCompared),
    ...checks.flatMap(testCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function properties(notCompared: readonly string[]): readonly string[] {
  if (notCompared.length === 0) return [];
  const all = notCompared.map((value) => `      <property${attributes({ name: 'not compared', value })}/>`);
  return ['    <properties>', ...all, '    </properties>'];
}

function testCase({ id, area, title, outcome, observations }: CheckedResult): readonly string[] {
  const told = observations.map(describe).join('\n');
  return [
    `    <testcase${attributes({ classname: `doctor.${area}.${id}`, name: title })}>`,
    ...(outcome === 'failure'
      ? [`      <failure${attributes({ message: firstOf(observations) })}>${text(told)}</failure>`]
      : []),
    ...(outcome === 'unknown' ? [`      <skipped${attributes({ message: firstOf(observations) })}/>`] : []),
    `      <system-out>${text(told)}</system-out>`,
    '    </testcase>',
  ];
}

function firstOf(observations: readonly Observation[]): string {
  const worst = observations.find(({ outcome }) => outcome === 'failure' || outcome === 'unknown');
  return worst === undefined ? '' : describe(worst);
}

function describe({ outcome, message, advice }: Observation): string {
  return `${OUTCOME_LABELS[outcome]}: ${message}${advice === undefined ? '' : ` (to do: ${advice})`}`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${text(String(value))}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Control characters are not allowed in XML at all: they are written out. */
function text(value: string): string {
  const lines = value.split('\n').map(visible).join('\n');
  return lines.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
