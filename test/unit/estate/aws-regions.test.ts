import { readFileSync } from 'node:fs';
import { awsRegions } from '../../../scripts/reference/aws-regions';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import { ORGANIZATION_FILE } from '../../../src/estate/source/estate-folder';
import { isOptInRegion, partitionOf } from '../../../src/estate/source/aws-regions';
import { emergencyEstatePlan } from '../../support/emergency';
import { organizationText, planOf, SMALL_ORGANIZATION } from '../../support/estate-files';
import { hostedPlan } from '../../support/hosting';
import { edited, planFiles, sandboxFiles } from '../../support/sandbox';

const errorsOf = ({ findings }: EstatePlan): readonly string[] =>
  findings.filter(({ severity }) => severity === 'error').map(({ code, path }) => `${code} ${path}`);

test('the Regions are those of the CDK', () => {
  expect(readFileSync('src/estate/source/aws-regions.json', 'utf8')).toBe(awsRegions());
});

test.each([
  ['eu-wset-1', "did you mean 'eu-west-1'?"],
  ['eu-west-9', "did you mean 'eu-west-1'?"],
  ['Ireland', 'a code such as eu-west-1'],
])('the hosting in %s is an error at its line', (region, advice) => {
  const plan = hostedPlan((hosting) => {
    hosting.region = region;
  });
  expect(errorsOf(plan)).toEqual(['aws-region hosting.region']);
  const finding = plan.findings.find(({ code }) => code === 'aws-region');
  expect(finding?.line).toBeGreaterThan(1);
  expect(finding?.allowed).toContain(advice);
});

test('a Region of the European Sovereign Cloud, of GovCloud or of China is none', () => {
  for (const region of ['eusc-de-east-1', 'us-gov-west-1', 'cn-northwest-1']) {
    const plan = hostedPlan((hosting) => {
      hosting.region = region;
    });
    expect(errorsOf(plan)).toEqual([]);
  }
});

test('the Regions of emergency access and of a replicated instance are held against the same list', () => {
  const emergency = emergencyEstatePlan((entry) => {
    entry.signInRegions = ['eu-west-1', 'eu-wset-2'];
  });
  expect(errorsOf(emergency)).toEqual(['emergency-region emergency.signInRegions[1]']);
  const files = edited(sandboxFiles(), ({ access }) => {
    access.identityCenter = {
      additionalRegions: ['eu-centrl-1'],
      kmsKey: `arn:aws:kms:eu-west-1:210000000001:key/mrk-${'0'.repeat(32)}`,
    };
  });
  expect(errorsOf(planFiles(files))).toEqual(['instance-region access.identityCenter.additionalRegions[0]']);
});

const regional = (region: string, partition = 'aws') => ({
  [ORGANIZATION_FILE]: organizationText(SMALL_ORGANIZATION)
    .replace('eu-west-1', region)
    .replace('arn:aws:sso', `arn:${partition}:sso`),
});

test('the Region of IAM Identity Center in organization.json is too', () => {
  const empty = 'access: { permissionSets: [], grants: [] }\n';
  const wrong = planOf(empty, SMALL_ORGANIZATION, regional('eu-wset-1')).findings.filter(
    ({ severity }) => severity === 'error',
  );
  expect(wrong.map(({ file, path }) => `${file} ${path}`)).toEqual([
    'estates/demo/organization.json identityCenter.region',
  ]);
  expect(errorsOf(planOf(empty, SMALL_ORGANIZATION, regional('eusc-de-east-1', 'aws-eusc')))).toEqual([]);
});

test('a Region has its partition, and may have to be enabled', () => {
  const regions = ['eu-west-1', 'eusc-de-east-1', 'us-gov-east-1', 'cn-north-1', 'us-iso-east-1'];
  expect(regions.map(partitionOf)).toEqual(['aws', 'aws-eusc', 'aws-us-gov', 'aws-cn', 'aws-iso']);
  expect(['eu-west-1', 'eu-south-1', 'eusc-de-east-1'].map(isOptInRegion)).toEqual([false, true, false]);
});

const document = (resource: string): string =>
  `{ Version: '2012-10-17', Statement: [{ Effect: Deny, Action: s3:GetObject, Resource: ['*', '${resource}'] }] }`;
const estate = (resource: string): string => `access:
  policies:
    - name: Keep
      document: ${document(resource)}
      accounts: { include: [{ all: true }] }
  permissionSets:
    - name: Read
      description: Reads.
      managedPolicies: [ReadOnlyAccess]
      inlinePolicy: ${document(resource)}
  grants: []
`;
const PLACES = [
  'policy-partition access.policies[0].document.Statement[0].Resource[1]',
  'policy-partition access.permissionSets[0].inlinePolicy.Statement[0].Resource[1]',
];

test.each([
  ['aws-us-gov', 'us-gov-west-1', 'arn:aws:s3:::claims/*'],
  ['aws-eusc', 'eusc-de-east-1', 'arn:aws:s3:::claims/*'],
  ['aws', 'eu-west-1', 'arn:aws-cn:s3:::claims/*'],
])('in the partition %s a denial of %s of another one is an error', (partition, region, resource) => {
  const plan = planOf(estate(resource), SMALL_ORGANIZATION, regional(region, partition));
  expect(errorsOf(plan).toSorted()).toEqual(PLACES.toSorted());
  expect(plan.findings.filter(({ code }) => code === 'policy-partition').map(({ line }) => line)).toEqual([4, 10]);
});

test.each(['arn:aws-us-gov:s3:::claims/*', 'arn:*:s3:::claims/*'])(
  '%s is right in the partition of the organization',
  (resource) => {
    const plan = planOf(estate(resource), SMALL_ORGANIZATION, regional('us-gov-west-1', 'aws-us-gov'));
    expect(errorsOf(plan)).toEqual([]);
  },
);
