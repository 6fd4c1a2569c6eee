import { allFindings } from '../../../../src/estate/plan/estate-plan';
import { formatFinding } from '../../../../src/estate/source/finding';
import type { EstateDraft } from '../../../support/sandbox';
import { edited, planFiles, sandboxFiles } from '../../../support/sandbox';

const sandbox = sandboxFiles();
const KEY = 'arn:aws:kms:eu-west-1:210000000001:key/mrk-0123456789abcdef0123456789abcdef';
const ONE_REGION = 'arn:aws:kms:eu-west-1:210000000001:key/01234567-89ab-cdef-0123-456789abcdef';
const ACS = 'https://eu-central-1.signin.aws/platform/saml/acs/4f0b6c1e-2a7d';

/** Findings that an edit of the sandbox adds, without their places. */
function findingsOf(edit: (draft: EstateDraft) => void): readonly string[] {
  const before = new Set(linesOf(sandbox));
  return linesOf(edited(sandbox, edit)).filter((line) => !before.has(line));
}

function linesOf(files: typeof sandbox): readonly string[] {
  return allFindings(planFiles(files)).map((finding) => formatFinding(finding).replace(/^\S+ /, ''));
}

const withInstance =
  (identityCenter: EstateDraft['access']['identityCenter'], urls: readonly string[] = []) =>
  (draft: EstateDraft): void => {
    if (identityCenter !== undefined) draft.access.identityCenter = identityCenter;
    const saml = draft.workforce?.awsApplication?.saml;
    if (saml === undefined) throw new Error('the sandbox has SAML');
    saml.additionalReplyUrls = [...urls];
  };

test.each([
  ['a key of one Region', { kmsKey: ONE_REGION }, []],
  ['a multi-Region key', { kmsKey: KEY }, []],
  ['a further Region and its ACS URL', { kmsKey: KEY, additionalRegions: ['eu-central-1'] }, [ACS]],
  [
    'both ACS URLs of a Region, and the other one of the primary Region',
    { kmsKey: KEY, additionalRegions: ['eu-central-1'] },
    [ACS, ACS.replace('.signin', '.sso.signin'), ACS.replace('central', 'west')],
  ],
])('nothing is found in %s', (_what, identityCenter, urls) => {
  expect(findingsOf(withInstance(identityCenter, urls))).toEqual([]);
});

test.each([
  [
    'an alias',
    { kmsKey: 'arn:aws:kms:eu-west-1:210000000001:alias/identity' },
    [
      'access.identityCenter.kmsKey: "arn:aws:kms:eu-west-1:210000000001:alias/identity" is not the ARN of a KMS key (arn:aws:kms:<region>:<account>:key/<id>, and no alias) (instance-key)',
    ],
  ],
  [
    'a key of another Region',
    { kmsKey: KEY.replace('eu-west-1', 'eu-west-2') },
    [
      'access.identityCenter.kmsKey: "arn:aws:kms:eu-west-2:210000000001:key/mrk-0123456789abcdef0123456789abcdef" is in eu-west-2, IAM Identity Center in eu-west-1 (the key or its replica in eu-west-1) (instance-key)',
    ],
  ],
  [
    'a key of another account',
    { kmsKey: KEY.replace('210000000001', '210000000003') },
    [
      'access.identityCenter.kmsKey: "arn:aws:kms:eu-west-1:210000000003:key/mrk-0123456789abcdef0123456789abcdef" is a key of account 210000000003 (a key of the management account 210000000001) (instance-key)',
    ],
  ],
])('refuses %s', (_what, identityCenter, expected) => {
  expect(findingsOf(withInstance(identityCenter))).toEqual(expected);
});

test.each([
  [
    'without a key',
    { additionalRegions: ['eu-central-1'] },
    [ACS],
    [
      'access.identityCenter.additionalRegions: lists Regions, and no kmsKey is named (a multi-Region key (arn:aws:kms:<region>:<account>:key/mrk-…), which a replicated instance needs) (instance-key)',
    ],
  ],
  [
    'with a key of one Region',
    { kmsKey: ONE_REGION, additionalRegions: ['eu-central-1'] },
    [ACS],
    [
      'access.identityCenter.kmsKey: "arn:aws:kms:eu-west-1:210000000001:key/01234567-89ab-cdef-0123-456789abcdef" is a key of one Region (a multi-Region key (arn:aws:kms:<region>:<account>:key/mrk-…), which a replicated instance needs) (instance-key)',
    ],
  ],
  [
    'that are none',
    { kmsKey: KEY, additionalRegions: ['Frankfurt'] },
    [],
    [
      "workforce.awsApplication.saml.additionalReplyUrls: lacks an ACS URL of 'Frankfurt': no one can sign in there while the primary Region is out of order (https://<region>.signin.aws/platform/saml/acs/… or https://<region>.sso.signin.aws/platform/saml/acs/…: IAM Identity Center, Settings, Identity source, Manage authentication, View ACS URLs) [see estates/sandbox/estate.yaml:416:28] (region-reply-url)",
      'access.identityCenter.additionalRegions[0]: "Frankfurt" is not an AWS Region (a code such as eu-west-1; one that AWS added later needs a newer version of this package) (instance-region)',
    ],
  ],
  [
    'twice',
    { kmsKey: KEY, additionalRegions: ['eu-central-1', 'eu-central-1'] },
    [ACS],
    [
      'access.identityCenter.additionalRegions[1]: "eu-central-1" is listed twice (each Region once) [see estates/sandbox/estate.yaml:419:9] (instance-region)',
    ],
  ],
  [
    'that are the primary one',
    { kmsKey: KEY, additionalRegions: ['eu-west-1'] },
    [],
    [
      'access.identityCenter.additionalRegions[0]: "eu-west-1" is the primary Region of IAM Identity Center (the Regions to which it is replicated) (instance-region)',
    ],
  ],
])('refuses further Regions %s', (...[, identityCenter, urls, expected]) => {
  expect(findingsOf(withInstance(identityCenter, urls))).toEqual(expected);
});

test.each([
  [
    'lacks one',
    { kmsKey: KEY, additionalRegions: ['eu-central-1', 'eu-north-1'] },
    [ACS],
    [
      "workforce.awsApplication.saml.additionalReplyUrls: lacks an ACS URL of 'eu-north-1': no one can sign in there while the primary Region is out of order (https://<region>.signin.aws/platform/saml/acs/… or https://<region>.sso.signin.aws/platform/saml/acs/…: IAM Identity Center, Settings, Identity source, Manage authentication, View ACS URLs) [see estates/sandbox/estate.yaml:418:28] (region-reply-url)",
    ],
  ],
  [
    'has one of a Region that is not listed',
    undefined,
    [ACS],
    [
      'workforce.awsApplication.saml.additionalReplyUrls[0]: "https://eu-central-1.signin.aws/platform/saml/acs/4f0b6c1e-2a7d" is in a Region that access.identityCenter.additionalRegions does not list (an ACS URL for each Region of the instance; list the Region, or remove the URL) (region-reply-url)',
    ],
  ],
  [
    'has one of the host that serves the primary Region alone',
    { kmsKey: KEY, additionalRegions: ['eu-central-1'] },
    [ACS.replace('signin.aws', 'signin.aws.amazon.com')],
    [
      'workforce.awsApplication.saml.additionalReplyUrls[0]: "https://eu-central-1.signin.aws.amazon.com/platform/saml/acs/4f0b6c1e-2a7d" is not an ACS URL of an additional Region (https://<region>.signin.aws/platform/saml/acs/… or https://<region>.sso.signin.aws/platform/saml/acs/…: IAM Identity Center, Settings, Identity source, Manage authentication, View ACS URLs) (saml-url)',
    ],
  ],
  [
    'has one twice',
    { kmsKey: KEY, additionalRegions: ['eu-central-1'] },
    [ACS, ACS],
    [
      'workforce.awsApplication.saml.additionalReplyUrls[1]: "https://eu-central-1.signin.aws/platform/saml/acs/4f0b6c1e-2a7d" is listed twice (each URL once) [see estates/sandbox/estate.yaml:52:11] (saml-url)',
    ],
  ],
])('tells where the list of ACS URLs %s', (...[, identityCenter, urls, expected]) => {
  expect(findingsOf(withInstance(identityCenter, urls))).toEqual(expected);
});
