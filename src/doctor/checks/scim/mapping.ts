import type { UserMapping } from '../../../clouds/facts/workforce-facts';
import { bare } from '../../../../provider/synchronization/mapping-words';
import type { AttributeMapping } from '../../../estate/sections/workforce/workforce';
import { type Check, examine, failure, type Observation, okUnless } from '../../check';
import { PULUMI_UP, workforceOf } from '../saml/application';

/** Attributes of users are mapped as declared. */
export const mapping: Check = {
  id: 'scim-mapping',
  area: 'scim',
  title: 'Attributes are mapped as declared',
  run: (input) => {
    const workforce = workforceOf(input);
    const scim = workforce?.declared.scim;
    if (workforce === undefined || scim === undefined) return undefined;
    return examine(workforce.facts.userMappings, (mappings) =>
      okUnless(
        scim.attributeMappings.flatMap((declared) => compare(mappings, declared)),
        scim.attributeMappings.map((one) => `${sourceOf(one)} -> ${one.target}`).join(', ') ||
          'the template is unchanged',
      ),
    );
  },
};

function compare(mappings: readonly UserMapping[], declared: AttributeMapping): readonly Observation[] {
  const { target, source, remove } = declared;
  const found = mappings.filter((one) => one.target === target).map((one) => one.source);
  if (remove === true && found.length === 0) return [];
  const expected = source === undefined ? sourceOf(declared) : `[${source}]`;
  if (remove !== true && found.length === 1 && bare(found[0]) === bare(expected)) return [];
  const shown = found.length === 0 ? 'nothing' : found.join(' and ');
  return [failure(`${target} is mapped from ${shown}, declared is ${expected}`, PULUMI_UP)];
}

/** A declared source in the words of the portal. */
function sourceOf({ source, constant, expression, remove }: AttributeMapping): string {
  if (remove === true) return 'nothing';
  return source ?? expression ?? JSON.stringify(constant);
}
