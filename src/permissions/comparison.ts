import { globOf, matches } from './glob';

/** A comparison in the form that negated operators and letter case are gone from. */
export interface Comparison {
  /** In lower case, and not negated: `stringlike`. */
  readonly operator: string;
  /** In lower case: `aws:principaltag/team`. */
  readonly key: string;
  readonly values: readonly string[];
}

/** Tells whether a comparison of texts holds for a value of its key; undefined for other comparisons and for policy variables. */
export function comparesWith({ operator, values }: Comparison, value: string): boolean | undefined {
  const [, name = ''] = /^(?:for(?:all|any)values?:)?(.*?)(?:ifexists)?$/.exec(operator) ?? [];
  if (values.some((one) => one.includes('${'))) return undefined;
  if (name === 'stringequals') return values.includes(value);
  if (name === 'stringequalsignorecase' || name === 'bool') return values.includes(value.toLowerCase());
  if (name === 'stringlike' || name === 'arnlike') return values.some((one) => matches(globOf(one), value));
  return undefined;
}

/** Keys that have one value in a request, by IAM's reference. Of others, two values may be there. */
const SINGLE_VALUED = new RegExp(
  '^(aws:(principal|request|resource)tag/.+|[a-z0-9-]+:resourcetag/.+|iam:(awsservicename|passedtoservice|permissionsboundary)|' +
    'aws:(multifactorauthpresent|principalaccount|principalarn|principalorgid|principaltype|requestedregion|resourceaccount|' +
    'resourceorgid|securetransport|sourcevpc|sourcevpce|userid|username|viaawsservice))$',
);

/** Tells whether a comparison that holds, of one key with certain values, excludes that another one is so. */
export function excludes({ operator, key, values }: Comparison, other: Comparison, holds: boolean): boolean {
  if (!/^(stringequals|bool)$/.test(operator) || !SINGLE_VALUED.test(key)) return false;
  if (values.some((value) => value.includes('${'))) return false;
  // What compares has the key.
  if (other.operator === 'null') return holds;
  if (other.operator.includes(':')) return false;
  return values.every((value) => comparesWith(other, value) === !holds);
}
