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
    return examine(together({ jobs: workforce.facts.jobs, users: access.users }), ({ jobs, users }) => {
      const provisioned = users.filter(({ externalId }) => externalId !== undefined).length;
      const hasSucceeded = jobs.some(({ lastSuccess }) => lastSuccess !== undefined);
      if (hasSucceeded && provisioned > 0) return [ok(`AWS takes what is provisioned: ${provisioned} people so far`)];
      return [
        failure(
          hasSucceeded ? 'no record at AWS was provisioned' : 'no provisioning cycle has succeeded',
          'IAM Identity Center > Settings > Automatic provisioning > Enable; put the endpoint into the estate, the token into ' +
            'the stack, and deploy the workforce program',
        ),
      ];
    });
  },
};
