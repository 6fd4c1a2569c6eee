import { type Check, examine, failure, ok } from '../../check';
import { together } from '../../../clouds/reading';
import { workforceOf } from '../saml/application';

/** Automatic provisioning is enabled at AWS: cycles succeed, and records have what only provisioning can write. */
export const provisioningEnabled: Check = {
  id: 'console-provisioning',
  area: 'console',
  title: 'Automatic provisioning is enabled at AWS',
  run: (input) => {
    const workforce = workforceOf(input);
    const { access } = input.facts;
    if (workforce?.declared.scim === undefined || access === undefined) return undefined;
    return examine(
      together({ jobs: workforce.facts.jobs, users: access.users, groups: access.groups }),
      ({ jobs, users, groups }) => {
        const people = users.filter(isProvisioned).length;
        const hasSucceeded = jobs.some(({ lastSuccess }) => lastSuccess !== undefined);
        if (hasSucceeded && (people > 0 || groups.some(isProvisioned))) {
          return [ok(`AWS takes what is provisioned: ${people} people so far`)];
        }
        return [
          failure(
            hasSucceeded ? 'no record at AWS was provisioned' : 'no provisioning cycle has succeeded',
            'IAM Identity Center > Settings > Automatic provisioning > Enable; put the endpoint into the estate, the token into ' +
              'the stack, and deploy the workforce program',
          ),
        ];
      },
    );
  },
};

/** Only provisioning writes it; a group without anybody in it has one too. */
function isProvisioned({ externalId }: { readonly externalId?: string }): boolean {
  return externalId !== undefined;
}
