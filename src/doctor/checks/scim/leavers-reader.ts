import { leaversReaderName, leaversTrust } from '../../../estate/sections/workforce/leavers/leavers';
import { together } from '../../../clouds/reading';
import { showValue } from '../../../estate/source/finding';
import { quotedList } from '../../../text/suggest';
import { type Check, examine, failure } from '../../check';
import { PULUMI_UP, WHICH_IS_OURS } from '../saml/application';
import { examineTrust } from '../trust/examine-trust';

/** The application of the leavers function trusts the function's role, reads users, and nothing else. */
export const leaversReader: Check = {
  id: 'scim-leavers-reader',
  area: 'scim',
  title: 'The application of the leavers function trusts one role, and reads users alone',
  run: ({ plan: { estate }, facts }) => {
    const signIn = estate.workforce?.leavers?.signIn;
    const { leaversReader: found } = facts;
    if (signIn?.kind !== 'federated' || found === undefined) return undefined;
    const name = leaversReaderName(estate.name);
    return examine(together({ exists: found.exists, named: found.named }), ({ exists, named }) => [
      ...(named.length < 2
        ? []
        : [
            failure(
              `${named.length} applications have the name ${showValue(name)}: ${quotedList(named)}`,
              WHICH_IS_OURS,
            ),
          ]),
      ...(exists
        ? examineTrust(found.trust, {
            name,
            federated: [leaversTrust(estate.name, signIn)],
            permissions: ['User.Read.All'],
          })
        : [failure(`there is no application ${showValue(name)}: the leavers function can't sign in`, PULUMI_UP)]),
    ]);
  },
};
