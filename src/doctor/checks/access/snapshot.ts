import { formatChange } from '../../../clouds/aws/organization/format-changes';
import { type Altered, diffSnapshots, type SnapshotChange } from '../../../clouds/aws/organization/snapshot-diff';
import type { OrganizationFile } from '../../../estate/source/organization';
import { type Check, examine, failure, type Observation, okUnless, warning } from '../../check';

/** The organization is that of the snapshot. */
export const snapshot: Check = {
  id: 'access-snapshot',
  area: 'access',
  title: 'The organization is that of the snapshot',
  run: ({ facts }) => {
    const { access, snapshotOnDisk } = facts;
    if (access === undefined || snapshotOnDisk === undefined) return undefined;
    return examine(access.snapshot, (now) =>
      okUnless(
        diffSnapshots(snapshotOnDisk, now).map((change) => stale(change, { before: snapshotOnDisk, now })),
        `${now.accounts.length} accounts and ${now.groups.length} groups are those of organization.json`,
      ),
    );
  },
};

const ACCEPT =
  'npx --no entra-aws snapshot; npx --no entra-aws preview --base HEAD shows who gains and loses what by it; then deploy';

function undoCommand(change: SnapshotChange, sides: Sides): string | undefined {
  if (change.kind !== 'altered') return undefined;
  const { thing, id, field } = change;
  if (thing === 'identity-center' && id === 'delegatedAdministrator') return redelegate(change);
  if (thing !== 'account') return undefined;
  return field === 'place' ? moveBack(id, sides) : tagAgain(change);
}

function moveBack(id: string, { before, now }: Sides): string | undefined {
  const parentIn = (side: OrganizationFile) => side.accounts.find((one) => one.id === id)?.parentId;
  const [old, parent] = [parentIn(before), parentIn(now)];
  if (old === undefined || parent === undefined) return undefined;
  return `aws organizations move-account --account-id ${id} --source-parent-id ${parent} --destination-parent-id ${old}`;
}

function tagAgain({ id, field, key, from }: Altered): string | undefined {
  if (field !== 'tag' || key === undefined) return undefined;
  return from === undefined
    ? `aws organizations untag-resource --resource-id ${id} --tag-keys ${key}`
    : `aws organizations tag-resource --resource-id ${id} --tags Key=${key},Value=${from}`;
}

function redelegate({ from, to }: Altered): string {
  const command = (verb: string, account: string): string =>
    `aws organizations ${verb}-delegated-administrator --account-id ${account} --service-principal sso.amazonaws.com`;
  return [
    ...(to === undefined ? [] : [command('deregister', to)]),
    ...(from === undefined ? [] : [command('register', from)]),
  ].join(' && ');
}

/** Changes by which somebody may have come in: who administers IAM Identity Center, or an account that no one here made. */
function isWayIn({ thing, kind }: SnapshotChange): boolean {
  return thing === 'organization' || thing === 'identity-center' || (thing === 'account' && kind === 'added');
}

interface Sides {
  readonly before: OrganizationFile;
  readonly now: OrganizationFile;
}

/** A new snapshot accepts a change, whoever made it: what no one meant is undone at AWS. */
function stale(change: SnapshotChange, sides: Sides): Observation {
  const undo = undoCommand(change, sides);
  const report = isWayIn(change) ? failure : warning;
  return report(
    `since the snapshot: ${formatChange(change)}`,
    `${undo === undefined ? '' : `unless it was meant, find out who did it, and undo it: ${undo}; if it was: `}${ACCEPT}`,
  );
}
