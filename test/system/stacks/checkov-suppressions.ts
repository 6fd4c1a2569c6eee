/** A finding of checkov that is meant to be, and why. */
export interface Suppression {
  readonly check: string;
  /** Templates and resources: `sandbox-data AWS::SNS::Topic.AlarmsB3E93623`. */
  readonly of: RegExp;
  readonly reason: string;
}

/** Every finding that checkov has in the templates of the hosting. One that is not listed fails the test; so does one too many. */
export const SUPPRESSIONS: readonly Suppression[] = [
  {
    check: 'CKV_AWS_28',
    of: /^(sandbox|express|subnets|domain)-data AWS::DynamoDB::Table\./,
    reason: 'A sandbox holds no data of customers; production has point-in-time recovery.',
  },
  {
    check: 'CKV_AWS_28',
    of: /^(production|private)-data AWS::DynamoDB::Table\.TablesSessions/,
    reason: 'A session that is lost costs a sign-in, and an old one must not return.',
  },
  {
    check: 'CKV_AWS_119',
    of: /^(sandbox|express|subnets|domain)-data AWS::DynamoDB::Table\./,
    reason: 'Keys that AWS owns encrypt too, and cost nothing; production has a key of its own.',
  },
  {
    check: 'CKV_AWS_149',
    of: /^(sandbox|express|subnets|domain)-data AWS::SecretsManager::Secret\./,
    reason: 'The key of Secrets Manager encrypts them; production has a key of its own.',
  },
  {
    check: 'CKV_AWS_26',
    of: /^(sandbox|express|subnets|domain)-data AWS::SNS::Topic\./,
    reason: 'CloudWatch may not use the key that AWS manages for SNS, and alarms hold no data of customers.',
  },
  {
    check: 'CKV_AWS_158',
    of: /-services AWS::Logs::LogGroup\./,
    reason: 'CloudWatch Logs encrypts with its own key; logs have no tokens, cookies or secrets.',
  },
  {
    check: 'CKV_AWS_115',
    of: /^\w+-services AWS::Lambda::Function\.(Domain|LogRetention)/,
    reason: 'They run when CloudFormation asks them, one at a time; reserved concurrency would take it from others.',
  },
  {
    check: 'CKV_AWS_116',
    of: /^\w+-services AWS::Lambda::Function\.(Domain|LogRetention)/,
    reason: 'Whoever calls them waits for their answer; nothing is queued that could be lost.',
  },
  {
    check: 'CKV_AWS_117',
    of: /^\w+-services AWS::Lambda::Function\.(Domain|LogRetention)/,
    reason: 'They talk to APIs of AWS alone, which need no VPC.',
  },
  {
    check: 'CKV_AWS_111',
    of: /^(sandbox|production|domain)-services AWS::IAM::Policy\.LogRetention/,
    reason: "The CDK's function is for groups of any name. It may change how long logs are kept, and nothing else.",
  },
  {
    check: 'CKV_AWS_173',
    of: /^domain-services AWS::Lambda::Function\.DomainProvider/,
    reason: 'The variables are ARNs of functions.',
  },
];
