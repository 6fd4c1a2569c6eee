import { posix } from 'node:path';
import type { EmergencyPlan } from '../../../estate/sections/emergency/emergency-plan';
import { samlProviderArn } from '../../../estate/sections/emergency/emergency-plan';
import { parseSamlMetadata, type SamlMetadata } from '../../../estate/source/saml-metadata';
import type { Certificate } from '../../../../provider/saml/credentials';
import { type Check, type CheckInput, examine, failure, type Observation, okUnless, warning } from '../../check';
import type { SamlApplication } from '../../../clouds/facts/application-facts';
import { known, type Reading, together } from '../../../clouds/reading';
import { CDK_DEPLOY, emergencyOf } from './emergency-of';

/** IAM trusts the certificates and the issuer of the estate's metadata, and nothing else. */
export const emergencyProvider: Check = {
  id: 'emergency-provider',
  area: 'emergency',
  title: 'IAM trusts the declared identity provider, with its certificates alone',
  run: (input) => {
    const wanted = wantedOf(input);
    const found = emergencyOf(input);
    if (wanted === undefined || found === undefined) return undefined;
    const { entra, provider } = found.facts;
    const application: Reading<SamlApplication | undefined> = entra?.application ?? known(undefined);
    return examine(together({ provider, application }), ({ provider: document, application: there }) =>
      document === undefined
        ? [failure(`there is no identity provider '${wanted.plan.name}' in ${wanted.plan.account.name}`, CDK_DEPLOY)]
        : compare(document, there, wanted),
    );
  },
};

interface Wanted {
  readonly plan: EmergencyPlan;
  /** Of `emergency.metadataFile`; undefined until it is there. */
  readonly metadata: SamlMetadata | undefined;
  /** Sets IAM back to what the estate says. */
  readonly setBack: string;
}

function wantedOf({ plan: whole }: CheckInput): Wanted | undefined {
  const { emergency: plan } = whole;
  const { emergency } = whole.estate;
  if (plan === undefined || emergency === undefined) return undefined;
  const file = posix.join(posix.dirname(whole.placeOf([]).file), emergency.metadataFile);
  const metadata = plan.metadata === undefined ? undefined : parseSamlMetadata(plan.metadata);
  const setBack =
    `find out who changed it (CloudTrail: UpdateSAMLProvider), then, with credentials of the account ${plan.account.id}: ` +
    `aws iam update-saml-provider --saml-provider-arn ${samlProviderArn(plan)} --saml-metadata-document file://${file}`;
  return { plan, metadata, setBack };
}

function compare(document: string, application: SamlApplication | undefined, wanted: Wanted): readonly Observation[] {
  const { plan, metadata, setBack } = wanted;
  const trusted = parseSamlMetadata(document);
  if (trusted === undefined) return [failure(`the metadata that IAM has of '${plan.name}' can't be read`, setBack)];
  if (metadata === undefined) {
    return [
      failure(
        `IAM trusts '${trusted.entityId}', but the estate's emergency.metadataFile is not there to say what it may trust`,
        'save the metadata of the identity provider there (docs/emergency-access.md), and run this again',
      ),
    ];
  }
  const active = application?.activeThumbprint;
  return okUnless(
    [
      ...issuer(trusted, metadata, wanted),
      ...certificates(trusted, metadata, { ...wanted, active }),
      ...(active === undefined || trusted.thumbprints.includes(active) ? [] : [unknownSigner(active)]),
      ...(application === undefined ? [] : strangers(trusted, metadata, application.certificates)),
    ],
    `IAM trusts ${trusted.thumbprints.length} certificates of '${trusted.entityId}'`,
  );
}

function issuer(trusted: SamlMetadata, { entityId }: SamlMetadata, { plan, setBack }: Wanted): readonly Observation[] {
  if (trusted.entityId === entityId) return [];
  return [
    failure(
      `IAM trusts '${trusted.entityId}', declared is '${entityId}': whoever runs the other one signs in to ${plan.name}`,
      setBack,
    ),
  ];
}

function certificates(
  trusted: SamlMetadata,
  declared: SamlMetadata,
  { plan, setBack, active }: Wanted & { readonly active: string | undefined },
): readonly Observation[] {
  const more = trusted.thumbprints.filter((one) => !declared.thumbprints.includes(one));
  // That of the certificate that signs now is told on its own.
  const fewer = declared.thumbprints.filter((one) => !trusted.thumbprints.includes(one) && one !== active);
  return [
    ...more.map((one) =>
      failure(
        `IAM trusts a certificate that emergency.metadataFile does not have (${one}): whoever has its key signs in to ${plan.name}`,
        setBack,
      ),
    ),
    ...fewer.map((one) =>
      warning(
        `IAM does not trust a certificate of emergency.metadataFile (${one}): no sign-in is taken once it signs`,
        CDK_DEPLOY,
      ),
    ),
  ];
}

function unknownSigner(active: string): Observation {
  return failure(
    `IAM does not know the certificate that signs (${active}): no sign-in is taken`,
    'make sure that it is the declared one (emergency-other-certificates), save what emergencyMetadataUrl leads to as ' +
      'emergency.metadataFile, then deploy the emergency access',
  );
}

/** Certificates of the file whose keys Entra ID does not hold, or no longer. */
function strangers(
  trusted: SamlMetadata,
  declared: SamlMetadata,
  there: readonly Certificate[],
): readonly Observation[] {
  const own = new Set(there.map(({ thumbprint }) => thumbprint));
  return trusted.thumbprints
    .filter((one) => declared.thumbprints.includes(one) && !own.has(one))
    .map((one) =>
      failure(
        `IAM and emergency.metadataFile trust a certificate that the application does not have (${one})`,
        'take it out of emergency.metadataFile, and deploy the emergency access; until then whoever has its key signs in',
      ),
    );
}
