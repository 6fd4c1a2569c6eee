import { acceptance } from '../../support/permissions/acceptance';
import { describeWithTool, packagesOf } from '../../support/tools';

/** AWS managed policies in which some changes take too many steps (docs/performance.md). */
const TOO_COMPLEX = [
  'AWSElasticDisasterRecoveryLaunchActionsPolicy',
  'AmazonRDSCustomPreviewServiceRolePolicy',
  'AwsGlueSessionUserRestrictedNotebookServiceRole',
  'AwsGlueSessionUserRestrictedServiceRole',
  'SageMakerStudioProjectProvisioningRolePolicy',
  'SageMakerStudioProjectUserRolePermissionsBoundary',
  'SageMakerStudioProjectUserRolePolicy',
];

describeWithTool({ ...packagesOf('docs'), title: 'the history of AWS managed policies' }, () => {
  test('no request tells random versions apart that the difference of the library does not', () => {
    const { beyond, ...result } = acceptance('history', 40) as { readonly beyond: readonly string[] };
    expect(result).toMatchObject({ count: 40, differing: [] });
    expect(beyond.filter((version) => !TOO_COMPLEX.some((name) => version.startsWith(`${name} v`)))).toEqual([]);
  });
});
