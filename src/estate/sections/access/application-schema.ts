import { z } from 'zod';
import { located } from '../../source/located';
import { APPLICATION_ARN } from '../limits';
import { Name } from '../shared/name';

/** An application of IAM Identity Center that exists, and the groups that are assigned to it. */
export const ApplicationEntry = located(
  z.strictObject({
    name: Name.describe('Name of the application in this file and in reports; AWS may have another one.'),
    arn: Name.meta({
      description:
        'ARN of the application, as `aws sso-admin list-applications` and the console have it. Whoever makes the application does so elsewhere.',
      pattern: APPLICATION_ARN.source,
    }),
    groups: z
      .array(Name.meta({ names: 'groups' }))
      .describe('Groups whose members may use it, and no others. An empty list takes it from everybody.'),
  }),
).meta({
  id: 'Application',
  description: 'An application of IAM Identity Center, AWS-managed or customer-managed, and who may use it.',
});
