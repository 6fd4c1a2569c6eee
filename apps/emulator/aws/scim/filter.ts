import { ScimError } from './scim-error';

/** One comparison, `attribute eq "value"`. */
export interface Comparison {
  readonly attribute: string;
  readonly value: string;
}

const COMPARISON = /^(?<attribute>[A-Za-z][\w.]*) eq (?<value>"(?:[^"\\]|\\.)*")$/i;

/**
 * Parses a filter: `eq`, and `and` between two ('Limitations from SCIM specification', filter limitations).
 *
 * @param combinations sets of attributes that a filter may name, sorted, in lower case
 * @throws ScimError 400
 */
export function parseFilter(filter: string, combinations: readonly string[]): readonly Comparison[] {
  const comparisons = filter.split(/ and /i).map((part) => {
    const { attribute, value } = COMPARISON.exec(part.trim())?.groups ?? {};
    if (attribute === undefined || value === undefined) {
      throw new ScimError('ValidationException', `The filter must be <attribute> eq "<value>", got '${filter}'.`);
    }
    return { attribute: attribute.toLowerCase(), value: textIn(value) };
  });
  const named = comparisons
    .map(({ attribute }) => attribute)
    .toSorted()
    .join(' ');
  if (combinations.includes(named)) return comparisons;
  throw new ScimError('ValidationException', `A filter of ${named.replace(' ', ' and ')} is not supported.`);
}

function textIn(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    throw new ScimError('ValidationException', `${quoted} is not a JSON string.`);
  }
}
