import { Stack } from 'aws-cdk-lib';
import { CfnVpcConnector, CfnVpcIngressConnection } from 'aws-cdk-lib/aws-apprunner';
import { CfnSecurityGroup, CfnSecurityGroupEgress, CfnSecurityGroupIngress, CfnVPCEndpoint } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { PrivateNetwork as PrivateNetworkSettings } from '../../../src/estate/sections/hosting/hosting';

export interface PrivateNetworkProps {
  readonly network: PrivateNetworkSettings;
}

const HTTPS = 443;

/**
 * The way from one App Runner service to another inside a VPC: a connector for the caller, and an endpoint that only the
 * connector reaches. What the caller says to the internet goes through the subnets' NAT.
 */
export class PrivateNetwork extends Construct {
  readonly vpcConnectorArn: string;
  private readonly endpointId: string;
  private readonly vpcId: string;

  constructor(scope: Construct, id: string, { network }: PrivateNetworkProps) {
    super(scope, id);
    this.vpcId = network.vpcId;
    const { caller, endpoint } = this.createGroups();
    const subnets = [...network.subnetIds];
    this.vpcConnectorArn = new CfnVpcConnector(this, 'Connector', {
      subnets,
      securityGroups: [caller.attrGroupId],
    }).attrVpcConnectorArn;
    this.endpointId = new CfnVPCEndpoint(this, 'Endpoint', {
      serviceName: `com.amazonaws.${Stack.of(this).region}.apprunner.requests`,
      vpcEndpointType: 'Interface',
      vpcId: network.vpcId,
      subnetIds: subnets,
      securityGroupIds: [endpoint.attrGroupId],
    }).ref;
  }

  /** Takes a service that is not public in; the address is its own inside the VPC: `https://…`. */
  admit(id: string, serviceArn: string): string {
    const connection = new CfnVpcIngressConnection(this, id, {
      serviceArn,
      ingressVpcConfiguration: { vpcId: this.vpcId, vpcEndpointId: this.endpointId },
    });
    return `https://${connection.attrDomainName}`;
  }

  private createGroups(): { readonly caller: CfnSecurityGroup; readonly endpoint: CfnSecurityGroup } {
    const group = (id: string, groupDescription: string): CfnSecurityGroup =>
      // A list of its own takes away the rule that lets everything out.
      new CfnSecurityGroup(this, id, { vpcId: this.vpcId, groupDescription, securityGroupEgress: [NOTHING] });
    const caller = group('CallerGroup', 'Customer application: services that call the private API');
    const endpoint = group('EndpointGroup', 'Customer application: endpoint of the private API');
    new CfnSecurityGroupEgress(this, 'CallerToAnywhere', {
      groupId: caller.attrGroupId,
      ...TCP_HTTPS,
      cidrIp: '0.0.0.0/0',
      description: 'HTTPS to the private API, to the customers directory and to AWS',
    });
    new CfnSecurityGroupIngress(this, 'CallerToEndpoint', {
      groupId: endpoint.attrGroupId,
      ...TCP_HTTPS,
      sourceSecurityGroupId: caller.attrGroupId,
      description: 'HTTPS from the services that call the API',
    });
    return { caller, endpoint };
  }
}

const TCP_HTTPS = { ipProtocol: 'tcp', fromPort: HTTPS, toPort: HTTPS } as const;

/** A rule that matches no traffic, as the CDK writes it for a group that lets nothing out. */
const NOTHING = {
  cidrIp: '255.255.255.255/32',
  description: 'Nothing else',
  ipProtocol: 'icmp',
  fromPort: 252,
  toPort: 86,
} as const;
