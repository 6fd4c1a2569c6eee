import { withMovedReferences } from '../../../../constructs/aws/checks/template-validation';

const reference = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

test('references of a service to its configurations move to its metadata; the rest of it stays', () => {
  const service = {
    Type: 'AWS::AppRunner::Service',
    DependsOn: ['Role'],
    Metadata: { 'aws:cdk:path': 'Web' },
    Properties: {
      ServiceName: 'web',
      AutoScalingConfigurationArn: reference('Scaling'),
      ObservabilityConfiguration: {
        ObservabilityEnabled: true,
        ObservabilityConfigurationArn: { 'Fn::ImportValue': 'traces' },
      },
      NetworkConfiguration: { EgressConfiguration: { EgressType: 'VPC', VpcConnectorArn: { Ref: 'Connector' } } },
      InstanceConfiguration: { InstanceRoleArn: reference('Role') },
    },
  };
  const template = { Description: 'Services', Resources: { Web: service } };
  expect(withMovedReferences(template)).toEqual({
    Description: 'Services',
    Resources: {
      Web: {
        Type: 'AWS::AppRunner::Service',
        DependsOn: ['Role'],
        Metadata: {
          'aws:cdk:path': 'Web',
          References: [reference('Scaling'), { 'Fn::ImportValue': 'traces' }, { Ref: 'Connector' }],
        },
        Properties: {
          ServiceName: 'web',
          ObservabilityConfiguration: { ObservabilityEnabled: true },
          NetworkConfiguration: { EgressConfiguration: { EgressType: 'VPC' } },
          InstanceConfiguration: { InstanceRoleArn: reference('Role') },
        },
      },
    },
  });
});

test.each([
  ['an ARN that is written out', 'AWS::AppRunner::Service', 'arn:aws:apprunner:eu-west-1:100000000001:x'],
  ['a resource of another type', 'AWS::AppRunner::VpcIngressConnection', { Ref: 'Connector' }],
])('%s stays as it is', (_what, type, arn) => {
  const template = { Resources: { It: { Type: type, Properties: { VpcConnectorArn: arn } } } };
  expect(JSON.stringify(withMovedReferences(template))).toBe(JSON.stringify(template));
});

test.each([{}, { Resources: { It: { Type: 'AWS::AppRunner::Service' } } }])('%j stays as it is', (template) => {
  expect(withMovedReferences(template)).toEqual(template);
});
