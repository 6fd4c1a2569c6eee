import { showValue } from '../../../estate/source/finding';
import { quotedList } from '../../../estate/source/suggest';
import { type Check, examine, okUnless, warning } from '../../check';
import { workforceOf } from '../saml/application';

/** No assigned group has groups in it: provisioning takes direct members alone. */
export const nestedGroups: Check = {
  id: 'access-nested-groups',
  area: 'scim',
  title: 'Assigned groups have no groups in them',
  run: (input) => {
    const workforce = workforceOf(input);
    return (
      workforce &&
      examine(workforce.facts.assigned, ({ groups }) =>
        okUnless(
          groups
            .filter(({ nested }) => nested.length > 0)
            .map(({ name, nested }) =>
              warning(
                `group ${showValue(name)} has groups in it, whose people get no access: ${quotedList(nested)}`,
                'add their people to the group itself, or assign these groups to the application and grant to them; ' +
                  'provisioning does not look into groups of groups',
              ),
            ),
          `${groups.length} assigned groups have direct members only`,
        ),
      )
    );
  },
};
