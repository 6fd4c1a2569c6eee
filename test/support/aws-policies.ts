import type { AwsPolicies } from '../../src/estate/source/aws-snapshots';

export type ControlPolicy = Extract<
  AwsPolicies['serviceControlPolicies'],
  { readonly state: 'read' }
>['policies'][number];

/** Control policies of an organization that uses neither type. */
export const NO_CONTROLS = {
  serviceControlPolicies: { state: 'not enabled' },
  resourceControlPolicies: { state: 'not enabled' },
} as const;

/** Text of an `aws-policies.json`; by default nothing is used and nothing binds. */
export function policiesText(parts: Partial<AwsPolicies> = {}): string {
  return JSON.stringify({ version: 1, managedPolicies: [], ...NO_CONTROLS, ...parts });
}

/** A policy of an organization that allows everything, or denies something, where it is attached. */
export function controlPolicy(
  name: string,
  targets: readonly string[],
  ...denials: readonly Readonly<Record<string, unknown>>[]
): ControlPolicy {
  const statements =
    denials.length === 0 ? [{ Effect: 'Allow', Action: '*' }] : denials.map((one) => ({ Effect: 'Deny', ...one }));
  return {
    id: `p-${name.toLowerCase().padEnd(8, '0')}`,
    name,
    targets: [...targets],
    document: { Version: '2012-10-17', Statement: statements.map((one) => ({ Resource: '*', ...one })) },
  };
}
