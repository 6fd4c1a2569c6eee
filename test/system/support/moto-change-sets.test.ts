import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DescribeChangeSetCommand,
  type DescribeChangeSetCommandOutput,
  DescribeStackDriftDetectionStatusCommand,
  DescribeStackResourceDriftsCommand,
  DetectStackDriftCommand,
  ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { startMoto, type Moto } from '../../support/moto';
import { describeWithPython } from '../../support/python';

const InstanceArn = 'arn:aws:sso:::instance/ssoins-0123456789abcdef';
const StackName = 'Access';
const SET = 'AWS::SSO::PermissionSet';

const set = (Name: string, more: object = {}) => ({ Type: SET, Properties: { InstanceArn, Name, ...more } });
const FIRST = {
  Kept: set('Kept'),
  Changed: set('Changed', { Description: 'a' }),
  Named: set('Named'),
  Gone: set('Gone'),
};
const SECOND = {
  Kept: set('Kept'),
  Changed: { ...set('Changed', { Description: 'b', Tags: [{ Key: 'a', Value: 'b' }] }), Metadata: { note: 'b' } },
  Named: set('Renamed'),
  New: set('New'),
};

describeWithPython('answers of moto about change sets and drift, as those of CloudFormation', () => {
  let moto: Moto;
  let client: CloudFormationClient;

  beforeAll(async () => {
    moto = await startMoto({ identityCenter: { instanceArn: InstanceArn, identityStoreId: 'd-0123456789' } });
    client = new CloudFormationClient(moto.client);
  });
  afterAll(async () => {
    client.destroy();
    await moto.stop();
  });

  /** Makes a change set, and describes it. */
  async function describe(ChangeSetName: string, Resources: object, more: object = {}) {
    const key = { StackName, ChangeSetName };
    const TemplateBody = JSON.stringify({ Resources });
    const ChangeSetType = ChangeSetName === 'first' ? 'CREATE' : 'UPDATE';
    await client.send(new CreateChangeSetCommand({ ...key, ChangeSetType, TemplateBody, ...more }));
    return client.send(new DescribeChangeSetCommand(key));
  }

  const changesIn = ({ Changes = [] }: DescribeChangeSetCommandOutput) =>
    new Map(Changes.map(({ ResourceChange }) => [ResourceChange?.LogicalResourceId, ResourceChange]));

  const target = (Target: object) => ({ Target, Evaluation: 'Static', ChangeSource: 'DirectModification' });

  test('a change set has no texts that no one gave, and the lists that stay empty', async () => {
    const described = await describe('first', FIRST);
    for (const name of ['Description', 'StatusReason', 'Parameters', 'Tags'])
      expect([name, described[name as keyof typeof described]]).toEqual([name, undefined]);
    expect(described).toMatchObject({
      ...{ Capabilities: [], NotificationARNs: [], IncludeNestedStacks: false },
      ...{ Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' },
    });
    expect(changesIn(described).get('Kept')).toEqual({
      ...{ Action: 'Add', LogicalResourceId: 'Kept', ResourceType: SET },
      ...{ Scope: [], Details: [] },
    });
    await client.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName: 'first' }));
  });

  test('what changes, goes and is replaced is told with its property', async () => {
    const described = await describe('second', SECOND, { Capabilities: ['CAPABILITY_IAM'] });
    expect(described.Capabilities).toEqual(['CAPABILITY_IAM']);
    const changes = changesIn(described);
    const PhysicalResourceId = expect.stringContaining(InstanceArn) as string;
    const of = (LogicalResourceId: string) => ({ LogicalResourceId, ResourceType: SET, PhysicalResourceId });
    expect([...changes.keys()].toSorted()).toEqual(['Changed', 'Gone', 'Named', 'New']);
    expect(changes.get('Changed')).toEqual({
      ...of('Changed'),
      ...{ Action: 'Modify', Replacement: 'False', Scope: ['Metadata', 'Properties', 'Tags'] },
      Details: [
        target({ Attribute: 'Properties', Name: 'Description', RequiresRecreation: 'Never' }),
        target({ Attribute: 'Tags', RequiresRecreation: 'Never' }),
        target({ Attribute: 'Metadata', RequiresRecreation: 'Never' }),
      ],
    });
    expect(changes.get('Named')).toMatchObject({
      ...{ Action: 'Modify', PolicyAction: 'ReplaceAndDelete', Replacement: 'True' },
      Details: [target({ Attribute: 'Properties', Name: 'Name', RequiresRecreation: 'Always' })],
    });
    const removed = { Action: 'Remove', PolicyAction: 'Delete', Scope: [], Details: [] };
    expect(changes.get('Gone')).toEqual({ ...of('Gone'), ...removed });
  });

  test('a change set without changes has failed, with the reason', async () => {
    const { Status, ExecutionStatus, StatusReason, Changes } = await describe('same', FIRST);
    expect([Status, ExecutionStatus, StatusReason, Changes]).toEqual([
      'FAILED',
      'UNAVAILABLE',
      expect.stringContaining("didn't contain changes"),
      [],
    ]);
  });

  test('the id of a detection is no stack, and each resource has its properties unless it is gone', async () => {
    await moto.setDrift({ stack: StackName, logicalId: 'Changed', status: 'MODIFIED' });
    await moto.setDrift({ stack: StackName, logicalId: 'Gone', status: 'DELETED' });
    const { StackDriftDetectionId } = await client.send(new DetectStackDriftCommand({ StackName }));
    expect(StackDriftDetectionId).toMatch(/^[\da-f-]{36}$/);
    const status = await client.send(new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId }));
    expect(status).toMatchObject({ StackDriftStatus: 'DRIFTED', DriftedStackResourceCount: 2, StackDriftDetectionId });
    const { StackResourceDrifts = [] } = await client.send(new DescribeStackResourceDriftsCommand({ StackName }));
    const told = StackResourceDrifts.map(
      ({ LogicalResourceId, PropertyDifferences, ExpectedProperties = '{}', PhysicalResourceId }) => [
        LogicalResourceId,
        PropertyDifferences?.length,
        (JSON.parse(ExpectedProperties) as { readonly Name?: string }).Name,
        PhysicalResourceId?.startsWith(InstanceArn),
      ],
    );
    expect(told).toEqual([
      ['Kept', 0, 'Kept', true],
      ['Changed', 1, 'Changed', true],
      ['Named', 0, 'Named', true],
      ['Gone', undefined, undefined, true],
    ]);
  });
});
