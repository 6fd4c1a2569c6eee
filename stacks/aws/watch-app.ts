import type { App } from 'aws-cdk-lib';
import type { Watch } from '../../src/estate/sections/workforce/watch';
import { watchStackName } from '../../src/estate/sections/workforce/watch';
import { WatchStack } from './watch-stack';

/** Adds the stack that watches over the workforce. */
export function addWatchStack(app: App, estateName: string, watch: Watch): void {
  new WatchStack(app, watchStackName(estateName), { estateName, watch });
}
