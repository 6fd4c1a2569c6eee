import { isDeepStrictEqual } from 'node:util';
import {
  type Altered,
  diffSnapshots,
  formatChange,
  type SnapshotChange,
} from '../../../clouds/aws/organization/snapshot-diff';
import type { DeployedInstance } from '../../../clouds/facts/access-facts';
import type { IdentityCenterSettings } from '../../../estate/sections/estate';
import { showValue } from '../../../estate/source/finding';
import type { OrganizationFile } from '../../../estate/source/organization';
import { accessOf, check, examine, failure, type Observation, type Observed, okUnless, warning } from '../../check';

/** IAM Identity Center is encrypted with the key that the estate names. */
export const instanceKey = check(accessOf, {
  id: 'access-instance-key',
  title: 'IAM Identity Center has the declared key',
  run: ({ declared: { identityCenter }, facts }) => {
    const declared = identityCenter?.kmsKey;
    return examine(facts.instance, (found) =>
      okUnless(
        [...keyFaults(declared, found.key?.arn), ...changeFaults(found.key)],
        declared === undefined ? 'the key is of AWS, as declared' : `the key is ${declared}, as declared`,
      ),
    );
  },
});

function keyFaults(declared: string | undefined, kmsKey: string | undefined): Observed {
  return [
    declared !== undefined &&
      kmsKey === undefined &&
      warning(
        `the estate names the key ${declared}, but the instance is encrypted with a key of AWS`,
        'choose the key at IAM Identity Center (Settings > Management > Key for encrypting data at rest), or remove access.identityCenter.kmsKey',
      ),
    kmsKey !== undefined &&
      kmsKey !== declared &&
      failure(
        `the instance is encrypted with the customer-managed key ${kmsKey}, and the estate names ${declared ?? 'none'}: pipeline and leavers check may not decrypt`,
        `set access.identityCenter.kmsKey to ${kmsKey}, then deploy the stacks of the pipeline and of the workforce again`,
      ),
  ];
}

function changeFaults(key: DeployedInstance['key']): Observed {
  const change = key?.status;
  const reason = key?.reason === undefined ? '' : `: ${key.reason}`;
  return [
    change === 'UPDATE_FAILED' &&
      warning(
        `the last change of the key failed${reason}`,
        "compare the policy of the key with AWS's baseline policy (npx --no entra-aws docs operations 'The key of IAM Identity Center'), then change the key again",
      ),
    change !== undefined &&
      !['ENABLED', 'UPDATE_FAILED'].includes(change) &&
      warning(`the key is being changed (${change})${reason}`, 'run the doctor again when it is done'),
  ];
}

/** IAM Identity Center is replicated to the Regions that the estate lists. */
export const instanceRegions = check(accessOf, {
  id: 'access-instance-regions',
  title: 'IAM Identity Center is in the declared Regions',
  run: ({ declared: { identityCenter }, planned, facts }) => {
    const regions = identityCenter?.additionalRegions ?? [];
    const { region } = planned.organization;
    const all = [region, ...regions].join(', ');
    return examine(facts.instance, (found) =>
      okUnless(regionFaults(regions, additional(found, region)), `the Regions are ${all}, as declared`),
    );
  },
});

function additional({ regions, primaryRegion }: DeployedInstance, region: string): DeployedInstance['regions'] {
  return regions.filter(({ name }) => name !== (primaryRegion ?? region));
}

function regionFaults(
  declared: IdentityCenterSettings['additionalRegions'],
  found: DeployedInstance['regions'],
): Observed {
  return [
    ...found.map(({ name: region, status }) => {
      if (!declared.includes(region)) {
        return warning(
          `the instance is replicated to ${region}, which the estate does not list`,
          'list it in access.identityCenter.additionalRegions, and its ACS URL in workforce.awsApplication.saml.additionalReplyUrls',
        );
      }
      return (
        status !== 'ACTIVE' &&
        warning(
          `${region} is ${status}, not ACTIVE: people can't rely on it yet`,
          'run the doctor again when it is done',
        )
      );
    }),
    ...declared.map(
      (region) =>
        !found.some(({ name }) => name === region) &&
        warning(
          `the instance is not replicated to ${region}`,
          `add the Region (aws sso-admin add-region), or remove it from access.identityCenter.additionalRegions`,
        ),
    ),
  ];
}

/** Attributes for access control are as declared. */
export const attributes = check(accessOf, {
  id: 'access-attributes',
  title: 'Attributes for access control are as declared',
  run: ({ declared: { attributes: declared }, planned: { organization }, facts }) =>
    examine(facts.attributes, (deployed) => {
      const wanted = new Map(declared.map(({ key, source }) => [key, [source]]));
      const keys = [...new Set([...wanted.keys(), ...Object.keys(deployed)])].toSorted();
      const AccessControlAttributes = [...wanted].map(([Key, Source]) => ({ Key, Value: { Source } }));
      // CloudFormation compares templates alone, and sees no change.
      const set =
        `aws sso-admin update-instance-access-control-attribute-configuration --instance-arn ${organization.instanceArn} ` +
        `--instance-access-control-attribute-configuration '${JSON.stringify({ AccessControlAttributes })}'`;
      return okUnless(
        keys.map(
          (key) =>
            !isDeepStrictEqual(wanted.get(key), deployed[key]) &&
            failure(
              `attribute for access control ${key} is ${shown(deployed[key])}, declared is ${shown(wanted.get(key))}`,
              `${set}; or change access.attributes of the estate, and deploy`,
            ),
        ),
        `${wanted.size} attributes for access control are as declared`,
      );
    }),
});

function shown(sources: readonly string[] | undefined): string {
  return sources === undefined ? 'nothing' : sources.join(', ');
}

/** Every group with a grant is in the Identity Store. */
export const pendingGroups = check(accessOf, {
  id: 'access-pending-groups',
  title: 'Groups with grants are synchronized',
  run: ({ planned: { expansion }, facts }) =>
    examine(facts.groups, (groups) => {
      const there = new Set(groups.flatMap(({ id, name }): string[] => [id, name]));
      // A group that is being renamed has its access by its id.
      const granted = new Map(
        expansion.assignments.flatMap(({ holder: { kind, name }, principalId }) =>
          kind === 'group' ? [[name, principalId ?? name]] : [],
        ),
      );
      return okUnless(
        [...granted].map(
          ([name, id]) =>
            !there.has(name) &&
            !there.has(id) &&
            warning(
              `group ${showValue(name)} has grants but is not in the Identity Store, so that no one has them`,
              'assign the group to the AWS application, wait for a provisioning cycle (40 minutes), then npx --no entra-aws snapshot and deploy',
            ),
        ),
        `${granted.size} groups with grants are in the Identity Store`,
      );
    }),
});

/** The organization is that of the snapshot, which a quick reading leaves out. */
export const snapshot = check(({ facts }) => (facts.access?.asked === undefined ? facts : undefined), {
  id: 'access-snapshot',
  title: 'The organization is that of the snapshot',
  run: ({ access, snapshotOnDisk: before }) =>
    access &&
    before &&
    examine(access.snapshot, (now) =>
      okUnless(
        diffSnapshots(before, now).map((change) => stale(change, { before, now })),
        `${now.accounts.length} accounts and ${now.groups.length} groups are those of organization.json`,
      ),
    ),
});

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
