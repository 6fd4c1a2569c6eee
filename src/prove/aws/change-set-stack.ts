import {
  ChangeSetNotFoundException,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackDriftDetectionStatusCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceDriftsCommand,
  DescribeStacksCommand,
  DetectStackDriftCommand,
  ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { lookSeconds, type Waiting, WAITING } from '../../clouds/aws/waiting';
import { isInReview } from '../../clouds/aws/recovery/recover-stack';
import { listResources, readStackStatus } from '../../clouds/aws/read-stack';
import type { StackResource } from '../../clouds/facts/hosting-facts';
import type { AccountClients } from './account-clients';

export interface ChangeSetStackOptions {
  /** Clients whose exchanges are recorded, and others for waiting: how often something is asked is chance. */
  readonly recorded: Pick<AccountClients, 'cloudFormation'>;
  readonly quiet: Pick<AccountClients, 'cloudFormation'>;
  /** @default a timer */
  readonly waiting?: Pick<Waiting, 'pause'> | undefined;
  /** True once a deployment is not waited for any more; a deletion is. @default never */
  readonly isInterrupted?: () => boolean;
}

/** Looks at something that CloudFormation is at: some half an hour. */
const LOOKS = 360;
/** Looks at a stack whose deletion had failed until it is taken to have failed again. */
const LOOKS_AT_FAILED = 6;

const UNCHANGED = /didn't contain changes|No updates are to be performed/;

interface ChangeSetKey {
  readonly StackName: string;
  readonly ChangeSetName: string;
}

/** The stack of a run, deployed as the CDK does it: by change sets. Each method throws what the SDK throws. */
export class ChangeSetStack {
  /** True once its deletion has begun, which is waited for in any case. */
  private isToGo = false;

  constructor(
    private readonly clients: ChangeSetStackOptions,
    /** Its name, and the mark. */
    readonly name: string,
  ) {}

  /**
   * Deploys a template.
   *
   * @param ChangeSetName a name that no other of its change sets has
   * @returns false if it held no change, so that nothing was deployed
   * @throws Error if the deployment fails
   */
  async deploy(ChangeSetName: string, template: unknown): Promise<boolean> {
    const { cloudFormation: client } = this.clients.recorded;
    const status = await this.status();
    const ChangeSetType = status === undefined || isInReview(status) ? 'CREATE' : 'UPDATE';
    const key = { StackName: this.name, ChangeSetName };
    const TemplateBody = JSON.stringify(template);
    await client.send(new CreateChangeSetCommand({ ...key, ChangeSetType, TemplateBody }));
    await this.until('the change set', () => this.isDescribed(key));
    const described = await client.send(new DescribeChangeSetCommand(key));
    if (described.Status === 'FAILED') {
      await client.send(new DeleteChangeSetCommand(key));
      if (UNCHANGED.test(described.StatusReason ?? '')) return false;
      throw new Error(`the change set ${ChangeSetName} failed: ${described.StatusReason ?? 'without a reason'}`);
    }
    await client.send(new ExecuteChangeSetCommand(key));
    await this.until('the change set', () => this.isExecuted(key));
    await this.settle();
    await this.requireComplete();
    return true;
  }

  /** Resources that it has. */
  resources(): Promise<readonly StackResource[]> {
    return listResources(this.clients.recorded.cloudFormation, this.name);
  }

  /** Tells whether drift detection finds all as it was deployed. */
  async isInSync(): Promise<boolean> {
    const { cloudFormation: client } = this.clients.recorded;
    const { StackDriftDetectionId } = await client.send(new DetectStackDriftCommand({ StackName: this.name }));
    const look = { StackDriftDetectionId };
    await this.until('drift detection', async () => {
      const command = new DescribeStackDriftDetectionStatusCommand(look);
      const { DetectionStatus } = await this.clients.quiet.cloudFormation.send(command);
      return DetectionStatus !== 'DETECTION_IN_PROGRESS';
    });
    const found = await client.send(new DescribeStackDriftDetectionStatusCommand(look));
    await client.send(new DescribeStackResourceDriftsCommand({ StackName: this.name }));
    return found.StackDriftStatus === 'IN_SYNC';
  }

  /** Resources whose deletion failed, whatever became of the stack, with AWS's reasons. */
  async failedDeletions(): Promise<readonly string[]> {
    const { cloudFormation: client } = this.clients.quiet;
    const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: this.name }));
    return StackEvents.filter(({ ResourceStatus }) => ResourceStatus === 'DELETE_FAILED').map(
      ({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`,
    );
  }

  /** Deletes it, if it is there. @returns false if something of it could not be deleted */
  async delete(): Promise<boolean> {
    this.isToGo = true;
    // A deployment that somebody has begun ends first.
    await this.settle();
    const before = await this.status();
    if (before === undefined) return true;
    const key = { StackName: this.name };
    // By its name a stack that is deleted is unknown.
    const { Stacks } = await this.clients.quiet.cloudFormation.send(new DescribeStacksCommand(key));
    const StackName = Stacks?.[0]?.StackId ?? this.name;
    await this.clients.recorded.cloudFormation.send(new DeleteStackCommand(key));
    await this.untilDeleted(StackName, before);
    const found = await this.clients.recorded.cloudFormation.send(new DescribeStacksCommand({ StackName }));
    return found.Stacks?.[0]?.StackStatus === 'DELETE_COMPLETE';
  }

  /** Waits for the end of a deletion, which begins after the answer: for a while a stack may show how an earlier one failed. */
  private async untilDeleted(stackId: string, before: string): Promise<void> {
    let looks = before === 'DELETE_FAILED' ? 0 : LOOKS_AT_FAILED;
    await this.until('the deletion', async () => {
      const status = await readStackStatus(this.clients.quiet.cloudFormation, stackId);
      looks = status === before ? looks + 1 : LOOKS_AT_FAILED;
      return status === 'DELETE_COMPLETE' || (status === 'DELETE_FAILED' && looks >= LOOKS_AT_FAILED);
    });
  }

  /** Status of the stack; undefined where there is none. */
  async status(): Promise<string | undefined> {
    const status = await readStackStatus(this.clients.quiet.cloudFormation, this.name);
    return status === 'DELETE_COMPLETE' ? undefined : status;
  }

  private async settle(): Promise<void> {
    await this.until('the stack', async () => {
      const status = await this.status();
      return status === undefined || isInReview(status) || !status.endsWith('_IN_PROGRESS');
    });
  }

  private async requireComplete(): Promise<void> {
    const { cloudFormation: client } = this.clients.recorded;
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: this.name }));
    await client.send(new DescribeStackEventsCommand({ StackName: this.name }));
    const status = Stacks?.[0]?.StackStatus ?? 'unknown';
    if (!/^(?:CREATE|UPDATE)_COMPLETE$/.test(status)) throw new Error(`the stack ${this.name} is ${status}`);
  }

  private async isDescribed(key: ChangeSetKey): Promise<boolean> {
    const { Status = '' } = await this.clients.quiet.cloudFormation.send(new DescribeChangeSetCommand(key));
    return ['CREATE_COMPLETE', 'FAILED'].includes(Status);
  }

  /** The stack may show its state of before for a moment after a change set was taken. */
  private async isExecuted(key: ChangeSetKey): Promise<boolean> {
    try {
      const command = new DescribeChangeSetCommand(key);
      const { ExecutionStatus = '' } = await this.clients.quiet.cloudFormation.send(command);
      return !['AVAILABLE', 'EXECUTE_IN_PROGRESS'].includes(ExecutionStatus);
    } catch (error) {
      // Those of a stack that has changed are deleted.
      if (error instanceof ChangeSetNotFoundException) return true;
      throw error;
    }
  }

  /** @throws Error after half an hour, and where it is not to be waited for any more */
  private async until(what: string, isDone: () => Promise<boolean>): Promise<void> {
    const { waiting = WAITING, isInterrupted = () => false } = this.clients;
    for (let looks = 1; looks <= LOOKS; looks += 1) {
      if (await isDone()) return;
      if (!this.isToGo && isInterrupted()) throw new Error(`interrupted while CloudFormation was at ${what}`);
      await waiting.pause(lookSeconds(looks));
    }
    throw new Error(`CloudFormation has not ended with ${what} of ${this.name} after half an hour`);
  }
}
