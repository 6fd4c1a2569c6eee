import { AppRunnerClient } from '@aws-sdk/client-apprunner';
import { Route53Client } from '@aws-sdk/client-route-53';
import { advance, type DomainEvent, start } from './handlers';

const clients = { appRunner: new AppRunnerClient(), route53: new Route53Client() };

/** First handler of the provider framework. */
export const onEvent = (event: DomainEvent) => Promise.resolve(start(event));

/** Second handler of the provider framework, called until it is complete. */
export const isComplete = (event: DomainEvent) => advance(clients, event);
