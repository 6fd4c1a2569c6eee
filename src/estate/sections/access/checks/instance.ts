import type { Issue, Path } from '../../../source/finding';
import type { Organization } from '../../../source/organization';
import type { IdentityCenterSettings } from '../../estate';
import { INSTANCE_KEY } from '../../limits';
import { error, placed } from '../../shared/issue';

/** Checks that IAM Identity Center has a key for each of its additional Regions. */
export function checkInstance({ at, additionalRegions, kmsKey }: IdentityCenterSettings): readonly Issue[] {
  if (additionalRegions.length === 0) return [];
  return kmsKey === undefined ? [noKey(at)] : checkKey(at, kmsKey);
}

/** Need of a replicated instance: IAM Identity Center User Guide, 'Using IAM Identity Center across multiple AWS Regions'. */
const MULTI_REGION_KEY =
  'a multi-Region key (arn:aws:kms:<region>:<account>:key/mrk-…), which a replicated instance needs';

function checkKey(at: Path, key: string): readonly Issue[] {
  const id = INSTANCE_KEY.exec(key)?.groups?.['id'];
  if (id === undefined || id.startsWith('mrk-')) return [];
  return [wrongKey(at, key, ['is a key of one Region', MULTI_REGION_KEY])];
}

function noKey(at: Path): Issue {
  const words = { problem: 'lists Regions, and no kmsKey is named', allowed: MULTI_REGION_KEY };
  return error('instance-key', [...at, 'additionalRegions'], words);
}

/** Checks the same by where the organization has its instance. */
export function checkInstanceHome(settings: IdentityCenterSettings, organization: Organization): readonly Issue[] {
  const { at, additionalRegions, kmsKey } = settings;
  const regions = placed(additionalRegions, [...at, 'additionalRegions']);
  return [
    ...(kmsKey === undefined ? [] : checkKeyHome(at, kmsKey, organization)),
    ...regions
      .filter(({ text }) => text === organization.region)
      .map((place) =>
        error('instance-region', place.at, {
          value: place.text,
          problem: 'is the primary Region of IAM Identity Center',
          allowed: 'the Regions to which it is replicated',
        }),
      ),
  ];
}

/** The key is in the management account (User Guide, 'Advanced KMS key policy statements') and the Region of the instance. */
function checkKeyHome(
  at: Path,
  key: string,
  { region, managementAccountId }: Pick<Organization, 'region' | 'managementAccountId'>,
): readonly Issue[] {
  const parts = INSTANCE_KEY.exec(key)?.groups;
  if (parts === undefined) return [];
  const { region: keyRegion, account } = parts;
  const elsewhere = [
    `is in ${keyRegion}, IAM Identity Center in ${region}`,
    `the key or its replica in ${region}`,
  ] as const;
  const foreign = [`is a key of account ${account}`, `a key of the management account ${managementAccountId}`] as const;
  return [
    ...(keyRegion === region ? [] : [wrongKey(at, key, elsewhere)]),
    ...(account === managementAccountId ? [] : [wrongKey(at, key, foreign)]),
  ];
}

function wrongKey(at: Path, value: string, [problem, allowed]: readonly [string, string]): Issue {
  return error('instance-key', [...at, 'kmsKey'], { value, problem, allowed });
}
