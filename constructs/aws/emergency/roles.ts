import { Aws } from 'aws-cdk-lib';
import { CfnRole, CfnSAMLProvider } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { constructIdOf } from '../access/permission-sets';
import { acknowledge, wildcard } from '../acknowledge';
import type { EmergencyRole as EmergencyRoleDefinition } from '../../../src/estate/sections/emergency/emergency';
import {
  DRILL_ACTIONS,
  type EmergencyPlan,
  emergencyReaderName,
  type EmergencyTarget,
} from '../../../src/estate/sections/emergency/emergency-plan';
import {
  boundaryArnOf,
  policyArnsOf,
  REGIONS_POLICY,
  regionsPolicy,
  roleTrust,
  signInTrust,
  SWITCH_POLICY,
  switchPolicy,
} from '../../../src/estate/sections/emergency/emergency-policies';
import { EMERGENCY_SESSION_SECONDS } from '../../../src/estate/sections/emergency/schema';

interface FederationProps {
  readonly plan: EmergencyPlan;
  /** SAML metadata of the identity provider. */
  readonly metadata: string;
}

/**
 * The identity provider in IAM, and the role that it signs people in to. That role can switch to the emergency roles, and do
 * nothing else. Names are the same in every release: the identity provider sends both ARNs in its answers.
 */
export class Federation extends Construct {
  constructor(scope: Construct, id: string, { plan, metadata }: FederationProps) {
    super(scope, id);
    const provider = new CfnSAMLProvider(this, 'Provider', { name: plan.name, samlMetadataDocument: metadata });
    const role = new CfnRole(this, 'Role', {
      roleName: plan.name,
      description: 'Where people sign in to in an emergency; it switches to other roles, and does nothing else',
      assumeRolePolicyDocument: signInTrust(plan),
      // The least that IAM takes; the identity provider asks for less.
      maxSessionDuration: EMERGENCY_SESSION_SECONDS.max,
      policies: [{ policyName: SWITCH_POLICY, policyDocument: switchPolicy(plan) }],
    });
    role.addResourceDependency(provider);
  }
}

interface EmergencyRolesProps {
  readonly plan: EmergencyPlan;
  readonly target: EmergencyTarget;
}

/** The emergency roles of one account. */
export class EmergencyRoles extends Construct {
  constructor(scope: Construct, id: string, { plan, target }: EmergencyRolesProps) {
    super(scope, id);
    const account = target.account.id;
    for (const definition of target.roles) {
      new EmergencyRole(this, constructIdOf(definition.name), { plan, account, definition });
    }
  }
}

interface EmergencyRoleProps {
  readonly plan: EmergencyPlan;
  /** The account that it is in. */
  readonly account: string;
  readonly definition: EmergencyRoleDefinition;
}

/** A role that is there before it is needed. Only the role that people sign in to can take it on. */
class EmergencyRole extends Construct {
  constructor(scope: Construct, id: string, { plan, account, definition }: EmergencyRoleProps) {
    super(scope, id);
    const { name, description, regions } = definition;
    const managedPolicyArns = [...policyArnsOf(plan, account, definition)];
    const permissionsBoundary = boundaryArnOf(plan, account, definition);
    new CfnRole(this, 'Resource', {
      roleName: name,
      description: description ?? `For emergencies of ${plan.estateName}`,
      assumeRolePolicyDocument: roleTrust(plan),
      maxSessionDuration: EMERGENCY_SESSION_SECONDS.max,
      managedPolicyArns,
      ...(permissionsBoundary !== undefined && { permissionsBoundary }),
      ...(regions.length > 0 && {
        policies: [{ policyName: REGIONS_POLICY, policyDocument: regionsPolicy(regions.map(({ text }) => text)) }],
      }),
    });
    const rules = managedPolicyArns.map((arn) => [`AwsSolutions-IAM4[Policy::${arn}]`, MANAGED] as const);
    acknowledge(this, Object.fromEntries(rules));
  }
}

const MANAGED =
  'The estate names the policies of an emergency role; each use is an alarm, and sessions end within an hour.';

interface EmergencyReaderProps {
  readonly plan: EmergencyPlan;
  /** ARN of the role that takes it on: the one by which the pipeline reads. */
  readonly reader: string;
}

/**
 * A role by which the pipeline looks at the emergency access every day. The CDK's lookup role reads everything in the account,
 * so a job that pull requests can start must not have that one.
 */
export class EmergencyReader extends Construct {
  constructor(scope: Construct, id: string, { plan, reader }: EmergencyReaderProps) {
    super(scope, id);
    const [, , , , account = ''] = reader.split(':');
    new CfnRole(this, 'Resource', {
      roleName: emergencyReaderName(plan.estateName),
      description: `Reads the emergency access of ${plan.estateName}, for the pipeline's daily look`,
      assumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            // By its account: IAM refuses the ARN of a role that is not there yet.
            Principal: { AWS: `arn:${Aws.PARTITION}:iam::${account}:root` },
            Action: 'sts:AssumeRole',
            Condition: { ArnEquals: { 'aws:PrincipalArn': reader } },
          },
        ],
      },
      policies: [
        {
          policyName: 'Read',
          policyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: [...DRILL_ACTIONS], Resource: '*' }],
          },
        },
      ],
    });
    acknowledge(this, {
      [wildcard('*')]:
        'What somebody added is looked for as well: its names are not known. The actions only read settings.',
    });
  }
}
