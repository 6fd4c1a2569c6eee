import type { App } from 'aws-cdk-lib';
import { Validations } from 'aws-cdk-lib';
import { AppRunnerChecks } from '../../constructs/aws/checks/app-runner-checks';
import type { ImageSource } from '../../constructs/aws/hosting/app-image';
import type { Callbacks, DirectoryType } from '../../src/estate/sections/customers/customers';
import type { Hosting, ServiceName } from '../../src/estate/sections/hosting/hosting';
import { hostingStackName } from '../../src/estate/sections/hosting/hosting';
import { HostingDataStack } from './hosting-data-stack';
import { HostingStack } from './hosting-stack';

export interface HostingAppProps {
  readonly estateName: string;
  readonly hosting: Hosting;
  readonly directoryType: DirectoryType;
  readonly callbacks: Callbacks;
  readonly images: Readonly<Record<ServiceName, ImageSource>>;
}

/** Adds the stacks of the hosting section, and the checks that only they need. */
export function addHostingStacks(app: App, props: HostingAppProps): void {
  const { estateName, hosting } = props;
  const data = new HostingDataStack(app, hostingStackName(estateName, 'hosting-data'), { estateName, hosting });
  new HostingStack(app, hostingStackName(estateName, 'hosting'), { ...props, data });
  Validations.of(app).addPlugins(new AppRunnerChecks());
}
