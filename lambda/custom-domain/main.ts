import { AppRunnerClient } from '@aws-sdk/client-apprunner';
import { Route53Client } from '@aws-sdk/client-route-53';
import type { DomainEvent, Progress, Started } from './handlers';
import { advance, start } from './handlers';

const clients = { appRunner: new AppRunnerClient(), route53: new Route53Client() };

/** First handler of the provider framework. */
export function onEvent(event: DomainEvent): Promise<Started> {
  return Promise.resolve(start(event));
}

/** Second handler of the provider framework, called until it is complete. */
export function isComplete(event: DomainEvent): Promise<Progress> {
  return advance(clients, event);
}
