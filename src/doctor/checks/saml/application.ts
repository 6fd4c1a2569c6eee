import { z } from 'zod';
import { dayOf } from '../../../../constructs/entra/periods';
import type { FederationMetadata } from '../../../clouds/facts/workforce-facts';
import { together } from '../../../clouds/reading';
import { parseQuietly } from '../../../estate/source/json-source';
import { showValue } from '../../../estate/source/finding';
import { quotedList } from '../../../text/suggest';
import { check, examine, failure, type Observed, ok, okUnless, warning, workforceOf } from '../../check';
import {
  ADDRESSES,
  examineFound,
  examineNamesakes,
  examineValues,
  patchCommand,
  WHICH_IS_OURS,
  WORKFORCE_UP,
} from '../applications';
import { examineTrust } from '../trust/examine-trust';

/** The application is there and signs in by SAML. */
export const application = check(workforceOf, {
  id: 'saml-application',
  title: 'The AWS application is there and signs in by SAML',
  run: ({ declared: { displayName: name, saml }, facts }) =>
    examine(facts.application, (found) => {
      if (found === undefined) return [failure(`there is no enterprise application ${showValue(name)}`, WORKFORCE_UP)];
      const values = { mode: 'saml', signOnUrl: saml.signOnUrl, isEnabled: true, assignmentRequired: true };
      // Pulumi sees no change of it.
      const isEnabled = `find out who disabled it (audit log of Entra ID), and enable it: ${patchCommand(`servicePrincipals/${found.servicePrincipalId}`, { accountEnabled: true })}`;
      return okUnless(
        [
          ...examineNamesakes(found, name, WHICH_IS_OURS),
          ...examineValues(found, { name, values, up: WORKFORCE_UP, advice: { isEnabled } }),
        ],
        `${showValue(name)} (${found.appId}) signs in by SAML`,
      );
    }),
});

/** Identifier and reply URLs are as declared, those of the additional Regions among them. */
export const addresses = check(workforceOf, {
  id: 'saml-addresses',
  title: 'Identifier and reply URL are those of IAM Identity Center',
  run: ({ declared, facts }) =>
    examineFound(facts.application, declared, (found) => {
      const { identifier, replyUrl, additionalReplyUrls } = declared.saml;
      const values = { identifierUris: [identifier], replyUrls: [replyUrl, ...additionalReplyUrls] };
      return okUnless(
        examineValues(found, { name: declared.displayName, values, up: WORKFORCE_UP, advice: ADDRESSES }),
        'identifier and reply URL are as declared',
      );
    }),
});

/** Entra's sign-in page takes IAM Identity Center's request. */
export const signIn = check(workforceOf, {
  id: 'saml-sign-in',
  title: "Entra takes IAM Identity Center's sign-in request",
  run: ({ facts }) =>
    examine(facts.signInError, (error) => [
      error === undefined
        ? ok('the sign-in page asks who signs in')
        : failure(`the sign-in page answers ${error}: ${REASONS[error] ?? 'Entra ID says why'}`, WORKFORCE_UP),
    ]),
});

/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const REASONS: Readonly<Record<string, string>> = {
  AADSTS50011: 'the reply URL is not at the application',
  AADSTS700016: 'no application has the identifier',
  AADSTS7000112: 'the application is disabled',
};

/** Entra's federation metadata is what IAM Identity Center was given. */
export const metadata = check(workforceOf, {
  id: 'saml-metadata',
  title: "Entra's federation metadata is what AWS expects",
  run: ({ facts }, { plan: { estate } }) => {
    const tenantId = estate.workforce?.tenantId;
    if (tenantId === undefined) return undefined;
    const { application: there, metadata: read } = facts;
    return examine(together({ there, read }), ({ there: found, read: given }) =>
      okUnless(
        [...issuer(given, tenantId), ...certificates(given, found?.activeThumbprint)],
        `${given.url} names this directory and the certificate that signs`,
      ),
    );
  },
});

function issuer({ entityId, signOnUrls, url }: FederationMetadata, tenantId: string): Observed {
  const expected = `https://sts.windows.net/${tenantId}/`;
  const address = `${new URL(url).origin}/${tenantId}/saml2`;
  const isThere = signOnUrls.length > 0 && signOnUrls.every((one) => one === address);
  return [
    entityId !== expected &&
      failure(`the entity id is '${entityId}', not '${expected}'`, 'check workforce.tenantId of the estate'),
    !isThere &&
      failure(`the sign-on address is '${signOnUrls.join("', '")}', not '${address}'`, 'check workforce.tenantId'),
  ];
}

function certificates({ thumbprints, url }: FederationMetadata, active: string | undefined): Observed {
  if (active === undefined || thumbprints.length === 0) {
    return [failure('the metadata has no certificate that signs', WORKFORCE_UP)];
  }
  if (!thumbprints.includes(active)) {
    return [
      failure(
        `the metadata does not have the certificate that signs (${active})`,
        `wait for Entra ID to publish it; then import ${url} in IAM Identity Center (Settings > Identity source > Manage authentication)`,
      ),
    ];
  }
  return thumbprints.map(
    (one) =>
      one !== active &&
      warning(
        `the metadata has another certificate (${one})`,
        'make sure that it is declared, or delete it in the portal',
      ),
  );
}

const NAME_ID = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier';
const EMAIL_ADDRESS = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
/** https://learn.microsoft.com/entra/identity-platform/reference-claims-customization */
const SOURCES = { userPrincipalName: 'userprincipalname', mail: 'mail' } as const;

const Claim = z.object({
  Value: z.string().optional(),
  Source: z.string().default(''),
  ID: z.string().default(''),
  SamlClaimType: z.string().optional(),
  SamlNameIdFormat: z.string().default('no format'),
});
const Definition = z.object({ ClaimsMappingPolicy: z.object({ ClaimsSchema: z.array(Claim).default([]) }) });

/** Claims of the answers, by the definitions of claims mapping policies. */
export function claimsIn(policies: readonly { readonly definitions: readonly string[] }[]): z.output<typeof Claim>[] {
  return policies
    .flatMap(({ definitions }) => definitions)
    .flatMap((one) => Definition.safeParse(parseQuietly(one)).data?.ClaimsMappingPolicy.ClaimsSchema ?? []);
}

/** The NameID is the declared attribute, as an e-mail address. */
export const nameId = check(workforceOf, {
  id: 'saml-name-id',
  title: 'The NameID is the AWS user name, as an e-mail address',
  run: ({ declared: { saml }, facts }) => {
    const { nameId: source } = saml;
    if (source === 'managedElsewhere') return undefined;
    return examine(facts.claims, (policies) => [examineClaims(claimsIn(policies), source)]);
  },
});

function examineClaims(all: readonly z.output<typeof Claim>[], source: keyof typeof SOURCES) {
  const more = all.filter(({ SamlClaimType }) => SamlClaimType !== NAME_ID);
  if (more.length > 0) {
    const names = quotedList(more.map(({ SamlClaimType = 'without a name' }) => SamlClaimType));
    return failure(
      `answers have claims that are not declared: ${names}; attributes for access control go by them`,
      `${WORKFORCE_UP}; a policy that the estate does not have: take it away from the application (Graph: claimsMappingPolicies)`,
    );
  }
  const [claim, ...others] = all;
  if (claim === undefined) return failure('no claims mapping policy of the application sets the NameID', WORKFORCE_UP);
  if (others.length > 0) return failure(`${all.length} policies set the NameID`, 'keep the one of the estate');
  const found = `${claim.Source}.${claim.ID} as ${claim.SamlNameIdFormat}`;
  const wanted = `user.${SOURCES[source]} as ${EMAIL_ADDRESS}`;
  return found.toLowerCase() === wanted.toLowerCase()
    ? ok(`the NameID is ${wanted}`)
    : failure(`the NameID is ${found}, declared is ${wanted}; AWS finds no user by it`, WORKFORCE_UP);
}

/** Nothing was added to the AWS application: it signs people in, and does nothing by itself. No one else may change it. */
export const permissions = check(workforceOf, {
  id: 'saml-permissions',
  title: 'The AWS application has no credential, permission or consent of its own, and no unknown owner',
  run: ({ declared, facts }, { now, plan: { estate } }) =>
    examineFound(facts.application, declared, () => {
      const { displayName: name, accepted } = declared;
      const deployer = estate.pipeline?.identities.workforce?.deploy;
      return examineTrust(facts.trust, { name, decisions: { accepted, day: dayOf(now), deployer } });
    }),
});
