import { z } from 'zod';
import { quotedList } from '../../../text/suggest';
import { type Check, examine, failure, type Observation, ok } from '../../check';
import { PULUMI_UP, workforceOf } from './application';
import { parseQuietly } from '../../../estate/source/parse-quietly';

const NAME_ID = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier';
const EMAIL_ADDRESS = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
/** https://learn.microsoft.com/entra/identity-platform/reference-claims-customization */
const SOURCES = { userPrincipalName: 'userprincipalname', mail: 'mail' } as const;

const Definition = z.object({
  ClaimsMappingPolicy: z.object({
    ClaimsSchema: z
      .array(
        z.object({
          Source: z.string().optional(),
          ID: z.string().optional(),
          SamlClaimType: z.string().optional(),
          SamlNameIdFormat: z.string().optional(),
        }),
      )
      .default([]),
  }),
});

/** The NameID is the declared attribute, as an e-mail address. */
export const nameId: Check = {
  id: 'saml-name-id',
  area: 'saml',
  title: 'The NameID is the AWS user name, as an e-mail address',
  run: (input) => {
    const workforce = workforceOf(input);
    if (workforce === undefined) return undefined;
    const { nameId: source } = workforce.declared.saml;
    if (source === 'managedElsewhere') return undefined;
    return examine(workforce.facts.claims, (policies) =>
      compare(
        policies.flatMap(({ definitions }) => definitions),
        source,
      ),
    );
  },
};

const UNDECLARED = `${PULUMI_UP}; a policy that the estate does not have: take it away from the application (Graph: claimsMappingPolicies)`;

function compare(definitions: readonly string[], source: keyof typeof SOURCES): readonly Observation[] {
  const all = definitions.flatMap(claimsOf);
  const claims = all.filter(({ SamlClaimType }) => SamlClaimType === NAME_ID);
  const more = all.filter(({ SamlClaimType }) => SamlClaimType !== NAME_ID);
  if (more.length > 0) {
    const names = quotedList(more.map(({ SamlClaimType = 'without a name' }) => SamlClaimType));
    return [
      failure(
        `answers have claims that are not declared: ${names}; attributes for access control go by them`,
        UNDECLARED,
      ),
    ];
  }
  const [claim, ...others] = claims;
  if (claim === undefined) {
    return [failure('no claims mapping policy of the application sets the NameID', PULUMI_UP)];
  }
  const found = `${claim.Source ?? ''}.${claim.ID ?? ''} as ${claim.SamlNameIdFormat ?? 'no format'}`;
  const wanted = `user.${SOURCES[source]} as ${EMAIL_ADDRESS}`;
  if (others.length > 0) return [failure(`${claims.length} policies set the NameID`, 'keep the one of the estate')];
  if (found.toLowerCase() === wanted.toLowerCase()) return [ok(`the NameID is ${wanted}`)];
  return [failure(`the NameID is ${found}, declared is ${wanted}; AWS finds no user by it`, PULUMI_UP)];
}

function claimsOf(definition: string) {
  const { success, data } = Definition.safeParse(parseQuietly(definition));
  return success ? data.ClaimsMappingPolicy.ClaimsSchema : [];
}
