import type { DeployedInstance } from '../../../clouds/facts/access-facts';
import type { IdentityCenterSettings } from '../../../estate/sections/estate';
import { type Check, examine, failure, type Observation, okUnless, warning } from '../../check';

/** IAM Identity Center is encrypted with the key that the estate names. */
export const instanceKey: Check = {
  id: 'access-instance-key',
  area: 'access',
  title: 'IAM Identity Center has the declared key',
  run: ({ plan: { estate }, facts: { access } }) => {
    if (estate.access === undefined || access === undefined) return undefined;
    const declared = estate.access.identityCenter?.kmsKey;
    return examine(access.instance, (found) =>
      okUnless(
        [...compareKeys(declared, found.kmsKey), ...pendingKey(found)],
        declared === undefined ? 'the key is of AWS, as declared' : `the key is ${declared}, as declared`,
      ),
    );
  },
};

function compareKeys(declared: string | undefined, found: string | undefined): readonly Observation[] {
  if (declared === found) return [];
  if (found === undefined) {
    return [
      warning(
        `the estate names the key ${declared}, but the instance is encrypted with a key of AWS`,
        'choose the key at IAM Identity Center (Settings > Management > Key for encrypting data at rest), or remove access.identityCenter.kmsKey',
      ),
    ];
  }
  const instead = declared === undefined ? 'the estate names none' : `the estate names ${declared}`;
  return [
    failure(
      `the instance is encrypted with the customer-managed key ${found}, and ${instead}: pipeline and leavers check may not decrypt`,
      `set access.identityCenter.kmsKey to ${found}, then deploy the stacks of the pipeline and of the workforce again`,
    ),
  ];
}

function pendingKey({ keyChange, keyChangeReason }: DeployedInstance): readonly Observation[] {
  if (keyChange === undefined) return [];
  const reason = keyChangeReason === undefined ? '' : `: ${keyChangeReason}`;
  return [
    keyChange === 'UPDATE_FAILED'
      ? warning(
          `the last change of the key failed${reason}`,
          "compare the policy of the key with docs/operations.md, 'The key of IAM Identity Center', then change it again",
        )
      : warning(`the key is being changed (${keyChange})${reason}`, 'run the doctor again when it is done'),
  ];
}

/** IAM Identity Center is replicated to the Regions that the estate lists. */
export const instanceRegions: Check = {
  id: 'access-instance-regions',
  area: 'access',
  title: 'IAM Identity Center is in the declared Regions',
  run: ({ plan: { estate, access: planned }, facts: { access } }) => {
    if (estate.access === undefined || planned === undefined || access === undefined) return undefined;
    const declared = estate.access.identityCenter?.additionalRegions ?? [];
    const { region } = planned.organization;
    return examine(access.instance, (found) =>
      okUnless(compareRegions(declared, found), `the Regions are ${[region, ...declared].join(', ')}, as declared`),
    );
  },
};

function compareRegions(
  declared: IdentityCenterSettings['additionalRegions'],
  { additionalRegions: found }: DeployedInstance,
): readonly Observation[] {
  const names = found.map(({ region }) => region);
  const undeclared = names.filter((region) => !declared.includes(region));
  const missing = declared.filter((region) => !names.includes(region));
  return [
    ...undeclared.map((region) =>
      warning(
        `the instance is replicated to ${region}, which the estate does not list`,
        'list it in access.identityCenter.additionalRegions, and its ACS URL in workforce.awsApplication.saml.additionalReplyUrls',
      ),
    ),
    ...missing.map((region) =>
      warning(
        `the instance is not replicated to ${region}`,
        `add the Region (aws sso-admin add-region), or remove it from access.identityCenter.additionalRegions`,
      ),
    ),
    ...found
      .filter(({ region, status }) => declared.includes(region) && status !== 'ACTIVE')
      .map(({ region, status }) =>
        warning(
          `${region} is ${status}, not ACTIVE: people can't rely on it yet`,
          'run the doctor again when it is done',
        ),
      ),
  ];
}
