import type { Issue } from '../../../source/finding';
import { error } from '../../shared/issue';
import type { AttributeMapping, SamlSettings, ScimSettings } from '../workforce';

/** Source of the user name in Entra's template for AWS. */
const TEMPLATE_SOURCE = 'userPrincipalName';

/**
 * AWS finds a person by comparing the NameID of the sign-in with the user name that provisioning wrote. An expression can't be
 * compared here.
 */
export function checkNameId({ at, nameId }: SamlSettings, { attributeMappings }: ScimSettings): readonly Issue[] {
  if (nameId === 'managedElsewhere') return [];
  const mapping = attributeMappings.find(({ target }) => target.toLowerCase() === 'username');
  const source = sourceOf(mapping);
  if (source === undefined || source.toLowerCase() === nameId.toLowerCase()) return [];
  return [
    error('name-id-mapping', [...at, 'nameId'], {
      value: nameId,
      problem: `is the NameID, but provisioning writes ${source} as userName: AWS refuses everybody in whom the two differ`,
      allowed: `nameId: ${source}, or { target: userName, source: ${nameId} } in scim.attributeMappings`,
      ...(mapping !== undefined && { related: [mapping.at] }),
    }),
  ];
}

/** Attribute that becomes the user name; undefined where it is none, or the result of an expression. */
function sourceOf(mapping: AttributeMapping | undefined): string | undefined {
  if (mapping === undefined) return TEMPLATE_SOURCE;
  return mapping.source ?? /^\[(?<name>\w+)\]$/.exec(mapping.expression ?? '')?.groups?.['name'];
}
