import type { EstatePlan } from '../../estate/plan/estate-plan';
import type { CdkStack } from '../../estate/plan/stacks';
import { command, type EstateLocation, npmRun } from './command';
import { differsIf, isTrusted } from './readings';
import type { Step } from './step';

/** Organizations must trust stack sets, once for the organization; a delegated administrator of theirs is another thing. */
export function stackSets({ access }: EstatePlan, { account, region }: CdkStack): Step {
  const management = access?.organization.managementAccountId;
  const isDelegated = account !== management;
  const callAs = isDelegated ? ' --call-as DELEGATED_ADMIN' : '';
  return {
    id: 'stack-sets',
    title: 'stack sets may reach the accounts of the organization',
    needs: ['access-bootstrap'],
    verification: [
      {
        command: command(
          `aws cloudformation describe-organizations-access --region ${region}${callAs} --output text --query Status`,
        ),
        read: isTrusted,
      },
    ],
    isDoneWhen: 'Organizations trusts CloudFormation StackSets',
    action: {
      kind: 'by-hand',
      todo: [
        `With credentials of the management account${management === undefined ? '' : ` ${management}`}:`,
        `$ aws cloudformation activate-organizations-access --region ${region}`,
        ...(isDelegated
          ? [
              `$ aws organizations register-delegated-administrator --service-principal member.org.stacksets.cloudformation.amazonaws.com --account-id ${account}`,
            ]
          : []),
      ],
    },
  };
}

/** Permission sets refer to policies, so these come first; what is no longer declared goes after the sets. */
export function rollOut(location: EstateLocation, yes: boolean): Step {
  return {
    id: 'policies',
    title: 'customer-managed policies are in the accounts',
    needs: ['review', 'preflight', 'access-bootstrap', 'stack-sets'],
    verification: [
      {
        command: npmRun('--silent roll-out', location, '--check'),
        read: differsIf(/policies to roll out/, 'a policy is not everywhere yet'),
      },
    ],
    isDoneWhen: 'every account has the policies of the estate, with their documents',
    action: { kind: 'commands', commands: [npmRun('roll-out', location, yes ? '--yes' : '')] },
  };
}
