import { showValue } from '../../../estate/source/finding';
import { quotedList } from '../../../text/suggest';
import { type Check, examine, failure, okUnless, warning } from '../../check';
import { workforceOf } from '../saml/application';

const INSTEAD =
  'add their people to the group itself, or assign these groups to the application and grant to them; ' +
  'provisioning does not look into groups of groups';

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
            .map(({ name, nested, users }) =>
              users.length === 0
                ? failure(
                    `group ${showValue(name)} has groups alone in it, so that it gives no one access: ${quotedList(nested)}`,
                    INSTEAD,
                  )
                : warning(
                    `group ${showValue(name)} has groups in it, whose people get no access: ${quotedList(nested)}`,
                    INSTEAD,
                  ),
            ),
          `${groups.length} assigned groups have direct members only`,
        ),
      )
    );
  },
};
