import * as pulumi from '@pulumi/pulumi';
import type { CustomExtension } from '../../src/estate/sections/customers/customers';
import { AuthenticationEventListener } from '../graph/authentication-event-listener';
import { CustomAuthenticationExtension } from '../graph/custom-authentication-extension';

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
    for (const { name: own, displayName = own, event, url, resourceId, ...more } of args.extensions) {
      const { description, timeoutMilliseconds: timeoutInMilliseconds, retries: maximumRetries, claims } = more;
      const extension = new CustomAuthenticationExtension(
        `${name}-${event}`,
        {
          ...{ event, displayName, targetUrl: url, resourceId },
          ...(description !== undefined && { description }),
          ...(timeoutInMilliseconds !== undefined && { timeoutInMilliseconds }),
          ...(maximumRetries !== undefined && { maximumRetries }),
          ...(claims && { claims }),
        },
        { parent: this },
      );
      const applications = [args.application];
      new AuthenticationEventListener(
        `${name}-${event}-listener`,
        { event, extension: extension.id, applications },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
