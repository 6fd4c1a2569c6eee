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
  ['an alias', { kmsKey: 'arn:aws:kms:eu-west-1:210000000001:alias/identity' }],
  ['a key of another Region', { kmsKey: KEY.replace('eu-west-1', 'eu-west-2') }],
  ['a key of another account', { kmsKey: KEY.replace('210000000001', '210000000003') }],
])('refuses %s', (what, identityCenter) => {
  expect(findingsOf(withInstance(identityCenter))).toMatchSnapshot(what);
});

test.each([
  ['without a key', { additionalRegions: ['eu-central-1'] }, [ACS]],
  ['with a key of one Region', { kmsKey: ONE_REGION, additionalRegions: ['eu-central-1'] }, [ACS]],
  ['that are none', { kmsKey: KEY, additionalRegions: ['Frankfurt'] }, []],
  ['twice', { kmsKey: KEY, additionalRegions: ['eu-central-1', 'eu-central-1'] }, [ACS]],
  ['that are the primary one', { kmsKey: KEY, additionalRegions: ['eu-west-1'] }, []],
])('refuses further Regions %s', (what, identityCenter, urls) => {
  expect(findingsOf(withInstance(identityCenter, urls))).toMatchSnapshot(what);
});

test.each([
  ['lacks one', { kmsKey: KEY, additionalRegions: ['eu-central-1', 'eu-north-1'] }, [ACS]],
  ['has one of a Region that is not listed', undefined, [ACS]],
  ['has one of the host that serves the primary Region alone', { kmsKey: KEY, additionalRegions: ['eu-central-1'] }, [
    ACS.replace('signin.aws', 'signin.aws.amazon.com'),
  ]],
  ['has one twice', { kmsKey: KEY, additionalRegions: ['eu-central-1'] }, [ACS, ACS]],
])('tells where the list of ACS URLs %s', (what, identityCenter, urls) => {
  expect(findingsOf(withInstance(identityCenter, urls))).toMatchSnapshot(what);
});
