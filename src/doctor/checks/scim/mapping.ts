import type { UserMapping } from '../../../clouds/facts/workforce-facts';
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
        scim.attributeMappings.map(({ source, target }) => `${source} -> ${target}`).join(', ') ||
          'the template is unchanged',
      ),
    );
  },
};

function compare(
  mappings: readonly UserMapping[],
  { target, source }: { readonly target: string; readonly source: string },
): readonly Observation[] {
  const found = mappings.filter((one) => one.target === target).map((one) => one.source);
  if (found.length === 1 && found[0] === `[${source}]`) return [];
  const shown = found.length === 0 ? 'nothing' : found.join(' and ');
  return [failure(`${target} is mapped from ${shown}, declared is [${source}]`, PULUMI_UP)];
}
