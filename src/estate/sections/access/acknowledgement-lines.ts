import type { AcknowledgementLines, AcknowledgementPlace, Finding, Path, Violation } from '../../source/finding';
import { formatPath } from '../../../text/path';
import type { YamlDocument } from '../../source/yaml-source';
import { locate } from '../../source/source-document';

/** Gives a violation its line and column, and the YAML that acknowledges it. */
export function locateViolation({ acknowledgedOn: on, ...issue }: Violation, source: YamlDocument): Finding {
  return { ...locate(issue, source), acknowledgement: { on, ...linesFor(issue.code, issue.at, source) } };
}

/** A reason that is too short to be accepted: whoever pastes the lines has to write one. */
const NO_REASON = 'TODO';

/** Lines that fit the style in which the item or its list of acknowledgements is written. */
function linesFor(rule: string, at: Path, source: YamlDocument): Omit<AcknowledgementLines, 'on'> {
  const item = source.collectionAt(at);
  if (item === undefined) throw new Error(`${formatPath(at)} must be a mapping in the file`);
  const list = source.collectionAt([...at, 'acknowledge']);
  const { style, column } = list ?? item;
  const into: AcknowledgementPlace = `${style}-${list === undefined ? 'item' : 'list'}`;
  const key = ' '.repeat(column - 1);
  // A comma may end a list or a mapping in brackets, so these fit in front of entries and where there are none.
  const flowEntry = `{ rule: ${rule}, reason: "${NO_REASON}" }`;
  const blockEntry = (indent: string): readonly string[] => [
    `${indent}- rule: ${rule}`,
    `${indent}  reason: ${NO_REASON}`,
  ];
  switch (into) {
    case 'block-item':
      return { into, lines: [`${key}acknowledge:`, ...blockEntry(`${key}  `)] };
    case 'block-list':
      return { into, lines: blockEntry(key) };
    case 'flow-item':
      return { into, lines: [`acknowledge: [${flowEntry}],`] };
    case 'flow-list':
      return { into, lines: [`${flowEntry},`] };
  }
}
