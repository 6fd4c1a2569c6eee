import * as pulumi from '@pulumi/pulumi';
import type { CustomExtension } from '../../src/estate/sections/customers/customers';
import { AuthenticationEventListener } from '../graph/authentication-event-listener';
import {
  CustomAuthenticationExtension,
  type CustomAuthenticationExtensionArgs,
} from '../graph/custom-authentication-extension';

export interface CustomExtensionsArgs {
  /** In any order, one for each event: the event names its resources, so that another name of the estate changes none. */
  readonly extensions: readonly CustomExtension[];
  /** Client id of the application at whose sign-ins they are called. */
  readonly application: pulumi.Input<string>;
}

/** The APIs that an external tenant calls while people sign up or sign in. Needs the provider `entragraph` in `opts.providers`. */
export class CustomExtensions extends pulumi.ComponentResource {
  constructor(name: string, args: CustomExtensionsArgs, opts: pulumi.ComponentResourceOptions) {
    super('identity:entra:CustomExtensions', name, {}, opts);
    for (const declared of args.extensions) {
      const { event } = declared;
      const child = { parent: this };
      const extension = new CustomAuthenticationExtension(`${name}-${event}`, extensionArgs(declared), child);
      const listener = { event, extension: extension.id, applications: [args.application] };
      new AuthenticationEventListener(`${name}-${event}-listener`, listener, child);
    }
    this.registerOutputs({});
  }
}

function extensionArgs(declared: CustomExtension): CustomAuthenticationExtensionArgs {
  const { name, displayName = name, event, url: targetUrl, resourceId, description } = declared;
  const { timeoutMilliseconds: timeoutInMilliseconds, retries: maximumRetries, claims, behaviorOnError } = declared;
  return {
    ...{ event, displayName, targetUrl, resourceId },
    ...(description !== undefined && { description }),
    ...(timeoutInMilliseconds !== undefined && { timeoutInMilliseconds }),
    ...(maximumRetries !== undefined && { maximumRetries }),
    ...(claims && { claims: claims.toSorted() }),
    ...(behaviorOnError !== undefined && { behaviorOnError }),
  };
}
