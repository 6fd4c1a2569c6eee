import { z } from 'zod';
import { located } from '../../source/located';
import { APPLICATION_ARN } from '../limits';
import { Name } from '../shared/name';
import { matching, once } from '../shared/rules';

/** An application of IAM Identity Center that exists, and the groups that are assigned to it. */
export const ApplicationEntry = located(
  z.strictObject({
    name: Name.describe('Name of the application in this file and in reports; AWS may have another one.'),
    arn: Name.meta({
      description:
        'ARN of the application, as `aws sso-admin list-applications` and the console have it. Whoever makes the application does so elsewhere.',
      ...matching('application-arn', APPLICATION_ARN, {
        problem: 'is not the ARN of an application of IAM Identity Center',
        allowed: 'arn:aws:sso::123456789012:application/ssoins-…/apl-…',
      }),
    }),
    groups: z.array(Name.meta({ names: 'groups' })).meta({
      description: 'Groups whose members may use it, and no others. An empty list takes it from everybody.',
      ...once('duplicate-entry', { severity: 'warning', allowed: 'each group once' }),
    }),
  }),
).meta({
  id: 'Application',
  description: 'An application of IAM Identity Center, AWS-managed or customer-managed, and who may use it.',
});
