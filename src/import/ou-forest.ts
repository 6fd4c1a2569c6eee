import type { Account, Organization } from '../estate/source/organization';
import type { OrganizationalUnit } from '../estate/source/ou-tree';

/** An OU or the root with the accounts that broad selectors can reach: active ones, without the management account. */
export interface OuNode {
  readonly ou: OrganizationalUnit;
  /** Word by which a selector names it: its path, or its id where two OUs have the path. */
  readonly word: string;
  readonly isRoot: boolean;
  /** Ids of the accounts directly in it. */
  readonly accounts: readonly string[];
  readonly children: readonly OuNode[];
}

/** The tree of an organization, with each account where it is. */
export function ouForest(organization: Organization): OuNode {
  const { ous, accounts, managementAccountId } = organization;
  const reachable = accounts.filter(({ id, state }) => state === 'ACTIVE' && id !== managementAccountId);
  const context: Context = {
    accountsOf: Map.groupBy(reachable, ({ ou }) => ou.id),
    childrenOf: Map.groupBy(ous, ({ lineage }) => lineage.at(-2) ?? ''),
    ousOfPath: Map.groupBy(ous, ({ path }) => path),
  };
  const [root] = context.childrenOf.get('') ?? [];
  if (root === undefined) throw new Error('the organization has no root');
  return nodeOf(root, context);
}

interface Context {
  readonly accountsOf: ReadonlyMap<string, readonly Account[]>;
  readonly childrenOf: ReadonlyMap<string, readonly OrganizationalUnit[]>;
  readonly ousOfPath: ReadonlyMap<string, readonly OrganizationalUnit[]>;
}

function nodeOf(ou: OrganizationalUnit, context: Context): OuNode {
  return {
    ou,
    word: context.ousOfPath.get(ou.path)?.length === 1 ? ou.path : ou.id,
    isRoot: ou.lineage.length === 1,
    accounts: (context.accountsOf.get(ou.id) ?? []).map(({ id }) => id),
    children: (context.childrenOf.get(ou.id) ?? []).map((child) => nodeOf(child, context)),
  };
}
