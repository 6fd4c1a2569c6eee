import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { AttachRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { ListTopicsCommand, SetTopicAttributesCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { EMERGENCY_HOME_REGION } from '../../src/estate/sections/emergency/emergency';
import {
  type EmergencyPlan,
  emergencyStacks,
  type EmergencyTarget,
} from '../../src/estate/sections/emergency/emergency-plan';
import { managedPolicyArn } from '../../src/estate/sections/estate';
import type { EstatePlan } from '../../src/estate/plan/planner';
import { synthesizeEstate } from '../../src/preview/engine/synthesize';
import { emergencyPlanOf } from './emergency';
import type { Moto } from './moto';
import type { Template } from './templates';

/** Types that moto's CloudFormation lacks. */
const LACKED = new Set(['AWS::SNS::TopicPolicy', 'AWS::SNS::Subscription']);

/** Configuration of a client of one account and Region. */
export async function clientIn(moto: Moto, account: string, region: string) {
  const keys = await moto.keysOf(account);
  return {
    endpoint: moto.endpoint,
    region,
    credentials: {
      accessKeyId: keys['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: keys['AWS_SECRET_ACCESS_KEY'] ?? '',
      sessionToken: keys['AWS_SESSION_TOKEN'] ?? '',
    },
  };
}

/** Makes the stacks of an emergency access in moto, each in its account and Region. @returns the states of the stacks */
export async function deployEmergency(moto: Moto, estate: EstatePlan): Promise<readonly string[]> {
  const plan: EmergencyPlan = emergencyPlanOf(estate);
  const templates = new Map(synthesizeEstate(estate).templates.map(({ stack, template }) => [stack, template]));
  const states: string[] = [];
  for (const { name: StackName, account, region } of emergencyStacks(plan)) {
    const client = new CloudFormationClient(await clientIn(moto, account, region));
    const TemplateBody = supported(templates.get(StackName) as unknown as Template);
    await client.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'] }));
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    states.push(...Stacks.map(({ StackStatus = '' }) => `${account} ${region} ${StackName} ${StackStatus}`));
    client.destroy();
  }
  for (const target of plan.targets) await attach(moto, plan, target);
  await subscribe(moto, plan, templates.get(plan.name) as unknown as Template);
  return states;
}

/** Without the version of the bootstrap stack, since no account is bootstrapped here. */
function supported({ Resources }: Template): string {
  const kept = Object.entries(Resources).filter(([, { Type }]) => !LACKED.has(Type));
  return JSON.stringify({ Resources: Object.fromEntries(kept) });
}

/** Policies of roles: moto's CloudFormation leaves them out. */
async function attach(moto: Moto, plan: EmergencyPlan, { account, roles }: EmergencyTarget): Promise<void> {
  const iam = new IAMClient(await clientIn(moto, account.id, EMERGENCY_HOME_REGION));
  for (const { name: RoleName, managedPolicies } of roles) {
    for (const policy of managedPolicies) {
      const PolicyArn = managedPolicyArn(policy, plan.partition);
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    }
  }
  iam.destroy();
}

/** Subscriptions and policies of topics: moto's CloudFormation leaves them out. */
async function subscribe(moto: Moto, { account, emails }: EmergencyPlan, { Resources }: Template): Promise<void> {
  const [policy] = Object.values(Resources).filter(({ Type }) => Type === 'AWS::SNS::TopicPolicy');
  const document = JSON.stringify(policy?.Properties['PolicyDocument']);
  const sns = new SNSClient(await clientIn(moto, account.id, EMERGENCY_HOME_REGION));
  const { Topics = [] } = await sns.send(new ListTopicsCommand({}));
  for (const { TopicArn } of Topics) {
    const AttributeValue = document.replaceAll(/\{"Ref":"\w+"\}/g, JSON.stringify(TopicArn));
    await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }));
    for (const Endpoint of emails) await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint }));
  }
  sns.destroy();
}
