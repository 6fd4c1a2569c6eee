import type * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import { getOwnersOutput } from '../graph/get-owners';

export interface OwnedArgs {
  readonly displayName: string;
  readonly template: azuread.ApplicationFromTemplate;
  /** Object ids of those who are to own it: who deploys. */
  readonly owners: readonly pulumi.Input<string>[];
}

/**
 * Object id of an application that somebody owns. Microsoft Graph names no owner where an application instantiates a template, and
 * with `Application.ReadWrite.OwnedBy` nothing more of it can be changed then, not even deleted. Everything else of the application
 * waits for this id, so that nothing is half done.
 */
export function ownedApplicationId(
  { displayName, template, owners }: OwnedArgs,
  opts: pulumi.InvokeOutputOptions,
): pulumi.Output<string> {
  const { applicationObjectId, servicePrincipalObjectId: servicePrincipalId } = template;
  const found = getOwnersOutput({ applicationObjectId, servicePrincipalId }, opts);
  return pulumi
    .all([applicationObjectId, servicePrincipalId, found.objectIds, pulumi.all([...owners])])
    .apply(([application, principal, owning, [deployer = '']]) => {
      const fault = ownershipFault(displayName, owning, { application, principal, deployer });
      if (fault === undefined) return application;
      // The engine wraps what is thrown in the names of all that wait for it.
      void pulumi.log.error(fault, template);
      throw new pulumi.RunError(`'${displayName}' waits for an owner`);
    });
}

interface Ids {
  readonly application: string;
  readonly principal: string;
  readonly deployer: string;
}

/** Fault of an application that no one owns, with what a person does about it; undefined if somebody owns it. */
export function ownershipFault(
  displayName: string,
  owning: readonly string[],
  { application, principal, deployer }: Ids,
): string | undefined {
  if (owning.length > 0) return undefined;
  // A preview may run as another identity than the deployment.
  const owner = pulumi.runtime.isDryRun() ? '<object id of the identity that deploys>' : deployer;
  const graph = 'https://graph.microsoft.com/v1.0';
  return [
    `'${displayName}' has no owner: Microsoft Graph names none where an application makes another one from a template.`,
    'Nothing else of it was deployed, since Application.ReadWrite.OwnedBy allows no change of it. A person makes the identity that deploys its owner, once:',
    '  npx --no entra-aws sign-in bootstrap --program workforce --estate <estate>',
    'as Privileged Role Administrator where that made the identity, or as Application Administrator by hand:',
    `  az ad app owner add --id ${application} --owner-object-id ${owner}`,
    `  az rest --method post --url '${graph}/servicePrincipals/${principal}/owners/$ref' --body '{"@odata.id": "${graph}/directoryObjects/${owner}"}'`,
    'Then run `pulumi up` again: it goes on from here.',
  ].join('\n');
}
