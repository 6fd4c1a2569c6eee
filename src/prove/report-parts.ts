import type { Comparison, Difference } from './compare';
import type { Outcome } from './run';

/** Names of the two sides in a report. */
export interface Sides {
  readonly tenant: string;
  readonly emulator: string;
}

/** Paragraph of a run that the person ended. */
export function interruption(isInterrupted: boolean): readonly string[] {
  if (!isInterrupted) return [];
  return ['**The run was interrupted. The steps that held on both sides are compared, and nothing else was seen.**'];
}

/** The steps of both sides, in their order. */
export function stepTable(tenant: readonly Outcome[], emulator: readonly Outcome[], sides: Sides): string {
  const told = (all: readonly Outcome[], step: string): string => {
    const found = all.find((one) => one.step === step);
    return found === undefined ? 'not done' : `${found.held ? 'held' : '**failed**'}: ${found.detail}`;
  };
  const steps = [...new Set([...emulator, ...tenant].map(({ step }) => step))];
  const rows = steps.map((step) => [step, told(tenant, step), told(emulator, step)]);
  return table(['Step', sides.tenant, sides.emulator], rows);
}

/** Section of what differed. */
export function differed({ differences }: Comparison, sides: Sides): readonly string[] {
  const [meant, open] = [differences.filter((one) => one.meant), differences.filter((one) => !one.meant)];
  return [
    '## What differed',
    open.length === 0
      ? 'Nothing differed.'
      : table(
          ['Request', 'About', 'Difference', 'Property', sides.tenant, sides.emulator],
          open.map((one) => differenceRow(one, sides)),
        ),
    ...(meant.length === 0
      ? []
      : [
          'Meant:',
          meant
            .map(
              (one) =>
                `- \`${one.request}\`${one.path === undefined ? '' : ` ${code(one.path)}`}: ${inWords(one.kind, sides)}; ${one.meant ?? ''}`,
            )
            .join('\n'),
        ]),
  ];
}

function differenceRow(difference: Difference, sides: Sides): readonly string[] {
  const { request, about, kind, path, tenant, emulator } = difference;
  return [code(request), about, inWords(kind, sides), code(path ?? ''), code(tenant), code(emulator)];
}

/** Section of what held. */
export function held({ held: all }: Comparison): readonly string[] {
  const rows = all.map(({ request, about, properties }) => [code(request), about, String(properties)]);
  return [
    '## What held',
    all.length === 0
      ? 'No request was answered alike.'
      : table(['Request', 'About', 'Properties of request and answer'], rows),
  ];
}

/** A kind of difference, by the names of the sides. */
function inWords(kind: Difference['kind'], { tenant, emulator }: Sides): string {
  return kind.replace('tenant', tenant.toLowerCase()).replace('emulator', emulator.toLowerCase());
}

export const code = (text: string): string => (text === '' ? '' : `\`${text}\``);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}
