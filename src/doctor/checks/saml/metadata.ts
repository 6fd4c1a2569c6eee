import { type Check, examine, failure, type Observation, okUnless, warning } from '../../check';
import type { FederationMetadata } from '../../../clouds/facts/workforce-facts';
import { together } from '../../../clouds/reading';
import { PULUMI_UP, workforceOf } from './application';

/** Entra's federation metadata is what IAM Identity Center was given. */
export const metadata: Check = {
  id: 'saml-metadata',
  area: 'saml',
  title: "Entra's federation metadata is what AWS expects",
  run: (input) => {
    const workforce = workforceOf(input);
    const tenantId = input.plan.estate.workforce?.tenantId;
    if (workforce === undefined || tenantId === undefined) return undefined;
    const { application, metadata: read } = workforce.facts;
    return examine(together({ application, read }), ({ application: found, read: given }) =>
      okUnless(
        [...issuer(given, tenantId), ...certificates(given, found?.activeThumbprint)],
        `${given.url} names this directory and the certificate that signs`,
      ),
    );
  },
};

function issuer({ entityId, signOnUrls, url }: FederationMetadata, tenantId: string): readonly Observation[] {
  const expected = `https://sts.windows.net/${tenantId}/`;
  const address = `${new URL(url).origin}/${tenantId}/saml2`;
  return [
    ...(entityId === expected
      ? []
      : [failure(`the entity id is '${entityId}', not '${expected}'`, 'check workforce.tenantId of the estate')]),
    ...(signOnUrls.length > 0 && signOnUrls.every((one) => one === address)
      ? []
      : [failure(`the sign-on address is '${signOnUrls.join("', '")}', not '${address}'`, 'check workforce.tenantId')]),
  ];
}

function certificates({ thumbprints, url }: FederationMetadata, active: string | undefined): readonly Observation[] {
  if (active === undefined || thumbprints.length === 0) {
    return [failure('the metadata has no certificate that signs', PULUMI_UP)];
  }
  if (!thumbprints.includes(active)) {
    return [
      failure(
        `the metadata does not have the certificate that signs (${active})`,
        `wait for Entra ID to publish it; then import ${url} in IAM Identity Center (Settings > Identity source > Manage authentication)`,
      ),
    ];
  }
  const others = thumbprints.filter((one) => one !== active);
  return others.map((one) =>
    warning(
      `the metadata has another certificate (${one})`,
      'make sure that it is declared, or delete it in the portal',
    ),
  );
}
