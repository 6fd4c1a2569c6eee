import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { PolicyViolation } from 'aws-cdk-lib';
import { z } from 'zod';
import type { StackTemplates, Validator } from '../../../constructs/aws/checks/validator';
import { packageFile } from '../../package/contents/files';

const Answer = z.union([
  z.object({ failure: z.string() }),
  z.object({ version: z.string(), violations: z.array(z.custom<PolicyViolation>()) }),
]);

/** Far above what any validation takes; a thread that has died never answers. */
const PATIENCE_MS = 300_000;

const NO_ANSWER = { failure: 'the thread of the validator does not answer' };

/**
 * CloudFormation's validation in a thread of its own, which loads the rules from the moment on at which it is made: most of
 * what a validation takes. The thread never keeps the process alive.
 */
export class ValidatorThread implements Validator {
  private readonly port;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    const workerData = { port: port2, types: RESOURCE_TYPES };
    const worker = new Worker(packageFile('src/preview/engine/validator-worker.cjs'), {
      workerData,
      transferList: [port2],
    });
    worker.unref();
    // Who asks is told of it by the answer that does not come.
    worker.on('error', () => undefined);
    port1.unref();
    this.port = port1;
  }

  get version(): string {
    return this.ask([]).version;
  }

  validate({ stackTemplates }: { readonly stackTemplates: StackTemplates }): readonly PolicyViolation[] {
    return this.ask(stackTemplates).violations;
  }

  /** Waits for the answer: a plug-in of the CDK must give it at once. @throws Error if the validator fails */
  private ask(stackTemplates: StackTemplates) {
    const answered = new Int32Array(new SharedArrayBuffer(4));
    this.port.postMessage({ stackTemplates, answered });
    Atomics.wait(answered, 0, 0, PATIENCE_MS);
    const answer = Answer.parse(receiveMessageOnPort(this.port)?.message ?? NO_ANSWER);
    if ('failure' in answer) throw new Error(answer.failure);
    return answer;
  }
}

/** Types of the resources that our stacks have: rules are loaded for these before the templates are there. One more only takes longer. */
export const RESOURCE_TYPES: readonly string[] = [
  'AWS::AppRunner::AutoScalingConfiguration',
  'AWS::AppRunner::ObservabilityConfiguration',
  'AWS::AppRunner::Service',
  'AWS::CloudFormation::Stack',
  'AWS::CloudFormation::StackSet',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::DynamoDB::Table',
  'AWS::Events::ApiDestination',
  'AWS::Events::Connection',
  'AWS::Events::Rule',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::OIDCProvider',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Function',
  'AWS::Logs::LogGroup',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'AWS::SSO::Assignment',
  'AWS::SSO::InstanceAccessControlAttributeConfiguration',
  'AWS::SSO::PermissionSet',
  'AWS::Scheduler::Schedule',
  'AWS::SecretsManager::Secret',
  'AWS::StepFunctions::StateMachine',
  'AWS::WAFv2::LoggingConfiguration',
  'AWS::WAFv2::WebACL',
  'AWS::WAFv2::WebACLAssociation',
];
