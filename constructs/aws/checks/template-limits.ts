import type {
  IPolicyValidationContext,
  IPolicyValidationPlugin,
  PolicyValidationPluginReport,
  PolicyViolation,
} from 'aws-cdk-lib';
import { readFileSync } from 'node:fs';
import { EVENT_PATTERN_CHARACTERS, MANAGED_POLICY_CHARACTERS } from '../../../src/estate/sections/limits';
import { nestedTemplates, withAssignmentPaths } from './template-validation';
import type { StackTemplates } from './validator';

/** Bytes of a template in S3, where the CDK puts those of more than 50 kB (AWS CloudFormation quotas). */
export const MAX_TEMPLATE_BYTES = 1_000_000;

/** Entries of a part of a template (AWS CloudFormation quotas). */
const MAX_ENTRIES: Readonly<Record<string, number>> = { Resources: 500, Parameters: 200, Outputs: 200, Mappings: 200 };

/** Codes of its findings. */
const RULE = 'template-limit';
const QUOTA_RULE = 'service-quota';

/** A service's default quota of a property, which neither CloudFormation's schemas nor the CDK know. */
interface Quota {
  readonly max: number;
  /** `characters` of JSON without white space, of a text as it is. */
  readonly unit: 'characters' | 'bytes' | 'items';
  /** Page of AWS's documentation, and its words. */
  readonly source: string;
}

const IAM = 'IAM and AWS STS quotas';

/** Quotas of what the stacks make, by type and property. The estate's own checks judge permission sets, and a
 * template is shorter than the longest state machine. Read on 2026-11-30. */
export const QUOTAS: Readonly<Record<string, Readonly<Record<string, Quota>>>> = {
  'AWS::CloudFormation::StackSet': {
    TemplateBody: { max: 51_200, unit: 'bytes', source: "CloudFormation quotas, 'Template body size in a request'" },
  },
  'AWS::CloudWatch::Alarm': {
    AlarmActions: { max: 5, unit: 'items', source: "CloudWatch API Reference, 'PutMetricAlarm'" },
    AlarmDescription: { max: 1024, unit: 'characters', source: "CloudWatch API Reference, 'PutMetricAlarm'" },
    // Ten metrics, and what is calculated from them.
    Metrics: { max: 11, unit: 'items', source: "CloudWatch quotas, 'Alarms'" },
  },
  'AWS::Events::EventBus': {
    Policy: { max: 10_240, unit: 'characters', source: "EventBridge quotas, 'Event bus policy size'" },
  },
  'AWS::Events::Rule': {
    Description: { max: 512, unit: 'characters', source: "EventBridge API Reference, 'PutRule'" },
    EventPattern: {
      max: EVENT_PATTERN_CHARACTERS,
      unit: 'characters',
      source: "EventBridge quotas, 'Event pattern size'",
    },
    Targets: { max: 5, unit: 'items', source: "EventBridge quotas, 'Targets'" },
  },
  'AWS::IAM::ManagedPolicy': {
    PolicyDocument: { max: MANAGED_POLICY_CHARACTERS, unit: 'characters', source: `${IAM}, 'Managed policies'` },
  },
  'AWS::IAM::Role': {
    AssumeRolePolicyDocument: { max: 2048, unit: 'characters', source: `${IAM}, 'Role trust policy length'` },
    Description: { max: 1000, unit: 'characters', source: "IAM API Reference, 'CreateRole'" },
    ManagedPolicyArns: { max: 10, unit: 'items', source: `${IAM}, 'Managed policies per role'` },
    /** All inline policies of a role, those of AWS::IAM::Policy too. */
    Policies: { max: 10_240, unit: 'characters', source: `${IAM}, 'Role inline policy size'` },
  },
  'AWS::KMS::Key': {
    KeyPolicy: { max: 32_768, unit: 'bytes', source: "AWS KMS quotas, 'Key policy document size'" },
  },
  'AWS::Lambda::Function': {
    Environment: { max: 4096, unit: 'bytes', source: "Lambda quotas, 'Function environment variables'" },
  },
  'AWS::SNS::TopicPolicy': {
    PolicyDocument: { max: 30_720, unit: 'bytes', source: "SNS API Reference, 'SetTopicAttributes'" },
  },
  'AWS::SQS::QueuePolicy': {
    PolicyDocument: { max: 8192, unit: 'bytes', source: "SQS quotas, 'Policies'" },
  },
  'AWS::Scheduler::Schedule': {
    Description: { max: 512, unit: 'characters', source: "EventBridge Scheduler API Reference, 'CreateSchedule'" },
  },
};

/**
 * Refuses templates, nested ones too, that CloudFormation or a service would refuse for the size of something: the CDK only warns,
 * or says nothing.
 */
export class TemplateLimits implements IPolicyValidationPlugin {
  readonly name = 'CloudFormation limits';
  readonly ruleIds = [RULE, QUOTA_RULE];

  /** Reads what the app synthesised. */
  validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const templates = [...context.stackTemplates, ...nestedTemplates(context)];
    const violations = withAssignmentPaths(templates.flatMap(violationsOf), context);
    return { success: violations.length === 0, violations };
  }
}

function violationsOf({ stackConstructPath, templatePath }: StackTemplates[number]): readonly PolicyViolation[] {
  const bytes = readFileSync(templatePath);
  const template = JSON.parse(bytes.toString()) as Template;
  const counts = Object.entries(MAX_ENTRIES).map(([part, max]) => ({
    what: part.toLowerCase(),
    count: Object.keys(template[part] ?? {}).length,
    max,
  }));
  const [resource = ''] = Object.keys(template.Resources ?? {});
  const ofTemplate = [{ what: 'bytes', count: bytes.length, max: MAX_TEMPLATE_BYTES }, ...counts]
    .filter(({ count, max }) => count > max)
    .map(({ what, count, max }) => ({
      ruleName: RULE,
      severity: 'error',
      description: `the template of ${stackConstructPath} must have at most ${max} ${what}, got ${count}; divide the estate`,
      violatingResources: [{ resourceLogicalId: resource, templatePath, locations: [] }],
    }));
  return [...ofTemplate, ...quotaViolations(template, templatePath)];
}

type Resource = Readonly<{ Type: string; Properties?: Readonly<Record<string, unknown>> }>;
interface Template extends Readonly<Record<string, unknown>> {
  readonly Resources?: Readonly<Record<string, Resource>>;
}

function quotaViolations({ Resources = {} }: Template, templatePath: string): readonly PolicyViolation[] {
  return Object.entries(Resources).flatMap(([resourceLogicalId, { Type, Properties = {} }]) =>
    Object.entries(QUOTAS[Type] ?? {}).flatMap(([property, { max, unit, source }]): readonly PolicyViolation[] => {
      const isOfRole = Type === 'AWS::IAM::Role' && property === 'Policies';
      const value = isOfRole ? inlinePolicies(Resources, resourceLogicalId) : Properties[property];
      const size = value === undefined ? 0 : sizeOf(value, unit);
      if (size <= max) return [];
      const description = `${property} of ${resourceLogicalId} (${Type}) must have at most ${max} ${unit}, got ${size} (${source})`;
      const violatingResources = [{ resourceLogicalId, templatePath, locations: [property] }];
      return [{ ruleName: QUOTA_RULE, severity: 'error', description, violatingResources }];
    }),
  );
}

/** Documents of a role's inline policies as one text, since their quota is one. */
function inlinePolicies(resources: Readonly<Record<string, Resource>>, role: string): string {
  const own = resources[role]?.Properties?.['Policies'] ?? [];
  const others = Object.values(resources)
    .filter(({ Type }) => Type === 'AWS::IAM::Policy')
    .map(({ Properties = {} }) => Properties)
    .filter(({ Roles = [] }) => JSON.stringify(Roles).includes(JSON.stringify({ Ref: role })));
  return [...(own as typeof others), ...others]
    .map(({ PolicyDocument }) => JSON.stringify(withStandIns(PolicyDocument)))
    .join('');
}

function sizeOf(value: unknown, unit: Quota['unit']): number {
  const resolved = withStandIns(value);
  if (unit === 'items') return Array.isArray(resolved) ? resolved.length : 1;
  const text = typeof resolved === 'string' ? resolved : JSON.stringify(resolved);
  return unit === 'bytes' ? Buffer.byteLength(text) : text.length;
}

/** Length of an ARN, as which a reference counts. */
const REFERENCE = 'x'.repeat(128);
const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::AccountId': '000000000000',
  'AWS::Partition': 'aws',
  'AWS::Region': 'ap-southeast-1',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** A value as it will be about as long at deployment, when CloudFormation has put in what it refers to. */
function withStandIns(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withStandIns);
  if (typeof value !== 'object' || value === null) return value;
  const [key, inner] = Object.entries(value as Readonly<Record<string, unknown>>)[0] ?? ['', undefined];
  if (key === 'Ref') return PSEUDO_PARAMETERS[String(inner)] ?? REFERENCE;
  if (key === 'Fn::Join') return joined(inner);
  if (key.startsWith('Fn::')) return REFERENCE;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withStandIns(one)]));
}

function joined(parts: unknown): string {
  const [separator, texts] = parts as readonly [string, readonly unknown[]];
  return texts.map((text) => String(withStandIns(text))).join(separator);
}
