import { formatChange } from '../../../clouds/aws/organization/format-changes';
import { diffSnapshots, type SnapshotChange } from '../../../clouds/aws/organization/snapshot-diff';
import { type Check, examine, type Observation, okUnless, warning } from '../../check';

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
        diffSnapshots(snapshotOnDisk, now).map(stale),
        `${now.accounts.length} accounts and ${now.groups.length} groups are those of organization.json`,
      ),
    );
  },
};

function stale(change: SnapshotChange): Observation {
  return warning(
    `since the snapshot: ${formatChange(change)}`,
    'npm run snapshot; npm run preview -- --base HEAD shows who gains and loses what by it; then deploy',
  );
}
