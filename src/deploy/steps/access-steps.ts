import { posix } from 'node:path';
import type { EstatePlan } from '../../estate/plan/planner';
import type { AccessPlan } from '../../estate/sections/access/plan/access-plan';
import { type CdkStack, cdkStacks, isPolicyKind } from '../../estate/plan/stacks/stacks';
import { SAML_ISSUER } from '../../estate/sections/limits';
import { DEFAULT_ESTATES_FOLDER } from '../../estate/source/estate-folder';
import { bootstrapStep, cdkStep } from './cdk-steps';
import { command, type EstateLocation, entraAws, shellLine } from './command';
import { differsIf, doctorCheck, hasGroups, isQuiet, isTrusted, snapshotCheck } from './readings';
import { check, type DeploymentOptions, type Step, stepsWithProfile } from './step';

/** IAM Identity Center: the groups that SCIM brings, the snapshot of them, and the stacks. */
export function accessSteps(plan: EstatePlan, options: DeploymentOptions): readonly Step[] {
  const { estate, access } = plan;
  const arrival = stepsWithProfile(options.accessProfile, scim(plan));
  if (access === undefined || estate.access === undefined) return arrival;
  const location = { estate: estate.name, estates: options.estates };
  return [
    ...arrival,
    ...stepsWithProfile(options.accessProfile, [snapshot(location, access)]),
    review(location),
    ...stepsWithProfile(options.accessProfile, stackSteps(plan, options)),
  ];
}

const WAITING = {
  title: 'the groups arrive in IAM Identity Center',
  todo: [
    'Wait: Entra provisions every 40 minutes. What it does is in the Entra admin center, Enterprise applications, the AWS',
    'application, Provisioning; Restart provisioning begins a cycle now.',
  ],
} as const;

const AT_AWS = {
  title: 'the groups are made in IAM Identity Center',
  todo: [
    'AWS console, IAM Identity Center, Groups: create each group of workforce.awsApplication.assignedGroups and its people.',
  ],
} as const;

/** Groups arrive whether or not the estate grants them anything. */
function scim({ estate: { workforce }, access }: EstatePlan): readonly Step[] {
  const application = workforce?.awsApplication;
  if (application === undefined) return [];
  const groups = application.assignedGroups.map(({ name }) => name);
  const home = access?.organization ?? storeOf(application.saml.identifier);
  if (groups.length === 0 || home === undefined) return [];
  const { identityStoreId, region } = home;
  const step: Step = {
    id: 'scim',
    ...(application.manualProvisioning === undefined ? WAITING : AT_AWS),
    needs: ['workforce', 'identity-source'],
    verification: [
      check(
        command(
          `aws identitystore list-groups --region ${region} --identity-store-id ${identityStoreId} --output json --query Groups[].DisplayName`,
        ),
        hasGroups(groups),
      ),
    ],
    isDoneWhen: 'IAM Identity Center has every group of workforce.awsApplication.assignedGroups',
  };
  return [step];
}

/** Region and identity store that an issuer URL names. */
function storeOf(identifier: string): { readonly region: string; readonly identityStoreId: string } | undefined {
  const region = SAML_ISSUER.exec(identifier)?.groups?.['region'];
  return region === undefined
    ? undefined
    : { region, identityStoreId: identifier.slice(identifier.lastIndexOf('/') + 1) };
}

function snapshot(location: EstateLocation, { organization }: AccessPlan): Step {
  const region = `--region ${organization.region}`;
  return {
    id: 'snapshot',
    title: 'the snapshot of the organization and its groups',
    needs: ['scim'],
    verification: [check(entraAws('snapshot', location, `${region} --check --access-only`), snapshotCheck)],
    isDoneWhen: 'organization.json gives the access that it would give as AWS has it',
    commands: [entraAws('snapshot', location, region), entraAws('preview', location)],
  };
}

/** Every grant of access stands in a commit. */
function review(location: EstateLocation): Step {
  const { estate, estates = DEFAULT_ESTATES_FOLDER } = location;
  const folder = posix.join(estates, estate);
  return {
    id: 'review',
    title: 'who gains and who loses access is reviewed and committed',
    needs: ['snapshot'],
    verification: [check(command('git status --porcelain --', folder), isQuiet('not committed'))],
    isDoneWhen: `${folder} has no change that is not committed`,
    todo: [`$ ${shellLine(entraAws('preview', location, '--base HEAD'))}`, `Look at it, then commit ${folder}.`],
  };
}

function stackSteps(plan: EstatePlan, options: DeploymentOptions): readonly Step[] {
  const { yes, estates } = options;
  const location = { estate: plan.estate.name, estates };
  const all = cdkStacks(plan).filter(({ section }) => section === 'access');
  const policies = all.filter(({ kind }) => isPolicyKind(kind));
  const stacks = all.filter(({ kind }) => !isPolicyKind(kind));
  const [main] = stacks;
  if (main === undefined) return [];
  return [
    preflight(location),
    bootstrapStep('access-bootstrap', main),
    ...policies.slice(0, 1).flatMap((first) => [stackSets(plan, first), rollOut(location, yes)]),
    ...cdkStep(plan, options, {
      id: 'access',
      title: 'permission sets and assignments',
      needs: ['review', 'preflight', 'access-bootstrap', 'policies'],
      stacks,
      // What leaves goes first, then what one operation has no room for comes.
      before: [entraAws('deploy revoke', location, yes ? '--yes' : '')],
      parts: [entraAws('deploy roll-out', location, yes ? '--access --yes' : '--access')],
    }),
    revoked(location, yes),
    ...cdkStep(plan, options, {
      id: 'policies-removed',
      title: 'customer-managed policies that no permission set refers to any more are gone',
      needs: ['revoked'],
      stacks: policies,
    }),
    readBack(location, [...READ_BACK, ...(policies.length === 0 ? [] : [POLICIES_READ_BACK])]),
  ];
}

/**
 * CloudFormation deletes what was exchanged for something else in the clean-up of its update. What fails there fails nothing, and
 * leaves the stack (CloudFormation User Guide, 'Troubleshooting').
 */
function revoked(location: EstateLocation, yes: boolean): Step {
  return {
    id: 'revoked',
    title: 'nothing is left of the access that leaves',
    needs: ['access'],
    verification: [
      check(
        entraAws('deploy revoke', location, '--check'),
        differsIf(/Nothing was removed/, 'CloudFormation left something behind'),
      ),
    ],
    isDoneWhen: 'no assignment or permission set that left the stacks is still there',
    commands: [entraAws('deploy revoke', location, yes ? '--yes' : '')],
  };
}

/** Tells what would fail before anything is changed; rows that could not be asked hold nothing up. */
function preflight(location: EstateLocation): Step {
  return {
    id: 'preflight',
    title: 'AWS has what the deployment of access needs, and room for it',
    needs: ['review'],
    verification: [check(entraAws('deploy check', location), doctorCheck)],
    isDoneWhen: 'no row of the table is a failure',
    todo: ["Do what stands above after 'to do', each line. Then run this again."],
  };
}

/**
 * Check of what a deployment of access brings about, once IAM Identity Center has changed the roles of all accounts; it also answers
 * for some seconds as before a deployment.
 */
const READ_BACK = ['access-permission-sets', 'access-assignments', 'access-other-sets', 'access-provisioned'] as const;

/** Beside it, of an estate that rolls out policies: where it excludes an account, an operation of a stack set may leave out another. */
const POLICIES_READ_BACK = 'access-policies';

function readBack(location: EstateLocation, checks: readonly string[]): Step {
  const only = checks.map((check) => `--only ${check}`).join(' ');
  return {
    id: 'assignments',
    title: 'what people have in IAM Identity Center is what the estate declares',
    needs: ['access', 'revoked'],
    verification: [check(entraAws('doctor', location, `${only} --strict --wait 300`), doctorCheck)],
    isDoneWhen: 'IAM Identity Center has the permission sets and assignments of the estate, neither more nor fewer',
    todo: [
      'A deployment repairs none of it: CloudFormation sees no change. This lists what differs, then repairs it:',
      `$ ${shellLine(entraAws('deploy repair access', location))}`,
      `$ ${shellLine(entraAws('deploy repair access', location, '--yes'))}`,
      "For what it leaves, do what stands above after 'to do', each line. Then run this again.",
    ],
  };
}

/** Organizations must trust stack sets, once for the organization; a delegated administrator of theirs is another thing. */
function stackSets({ access }: EstatePlan, { account, region }: CdkStack): Step {
  const management = access?.organization.managementAccountId;
  const isDelegated = account !== management;
  const callAs = isDelegated ? ' --call-as DELEGATED_ADMIN' : '';
  return {
    id: 'stack-sets',
    title: 'stack sets may reach the accounts of the organization',
    needs: ['access-bootstrap'],
    verification: [
      check(
        command(
          `aws cloudformation describe-organizations-access --region ${region}${callAs} --output text --query Status`,
        ),
        isTrusted,
      ),
    ],
    isDoneWhen: 'Organizations trusts CloudFormation StackSets',
    todo: [
      `With credentials of the management account${management === undefined ? '' : ` ${management}`}:`,
      `$ aws cloudformation activate-organizations-access --region ${region}`,
      ...(isDelegated
        ? [
            `$ aws organizations register-delegated-administrator --service-principal member.org.stacksets.cloudformation.amazonaws.com --account-id ${account}`,
          ]
        : []),
    ],
  };
}

/** Permission sets refer to policies, so these come first; what is no longer declared goes after the sets. */
function rollOut(location: EstateLocation, yes: boolean): Step {
  return {
    id: 'policies',
    title: 'customer-managed policies are in the accounts',
    needs: ['review', 'preflight', 'access-bootstrap', 'stack-sets'],
    verification: [
      check(
        entraAws('deploy roll-out', location, '--check'),
        differsIf(/policies to roll out/, 'a policy is not everywhere yet'),
      ),
    ],
    isDoneWhen: 'every account has the policies of the estate, with their documents',
    commands: [entraAws('deploy roll-out', location, yes ? '--yes' : '')],
  };
}
