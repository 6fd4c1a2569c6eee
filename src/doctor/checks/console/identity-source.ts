import { signerOn } from '../../../../constructs/entra/saml-schedule';
import { dayOf } from '../../../../constructs/entra/day';
import type { SigningCertificate } from '../../../estate/sections/workforce/workforce';
import type { PortalSignIn } from '../../../clouds/facts/access-facts';
import { type Check, examine, failure, type Observation, ok, warning } from '../../check';
import { together } from '../../../clouds/reading';
import { workforceOf } from '../saml/application';

const EXTERNAL = 'EXTERNAL_IDP';
const CHANGE =
  'IAM Identity Center > Settings > Identity source > Actions > Change identity source > External identity provider';

/** The identity source is the external identity provider: no API says so, but every sign-in does. */
export const identitySource: Check = {
  id: 'console-identity-source',
  area: 'console',
  title: 'The identity source is Entra ID',
  run: (input) => {
    const workforce = workforceOf(input);
    const { access } = input.facts;
    if (workforce === undefined || access === undefined) return undefined;
    return examine(access.signIns, ([latest]) => [
      latest === undefined ? noSignIn(workforce.declared.saml.signOnUrl) : cameFrom(latest),
    ]);
  },
};

function cameFrom({ at, credentialType }: PortalSignIn): Observation {
  const when = at.toISOString();
  if (credentialType === EXTERNAL) return ok(`the last sign-in, at ${when}, came from the external identity provider`);
  return failure(
    `the last sign-in, at ${when}, was by ${credentialType}, not by the external identity provider`,
    CHANGE,
  );
}

function noSignIn(signOnUrl: string): Observation {
  return {
    outcome: 'unknown',
    message: 'there was no sign-in in the last 90 days, so that CloudTrail does not tell',
    advice: `sign in once at ${signOnUrl}, wait a quarter of an hour, and run this again`,
  };
}

/** AWS has the metadata of Entra ID with the certificate that signs: somebody has come in since it does. */
export const metadataUploaded: Check = {
  id: 'console-metadata',
  area: 'console',
  title: 'AWS has the metadata of Entra ID',
  run: (input) => {
    const workforce = workforceOf(input);
    const { access } = input.facts;
    if (workforce === undefined || access === undefined) return undefined;
    const { saml } = workforce.declared;
    const signer = signerOn(saml.signingCertificates, dayOf(input.now));
    const reading = together({ signIns: access.signIns, error: workforce.facts.signInError });
    return examine(reading, ({ signIns, error }) => {
      if (error !== undefined)
        return [failure(`Entra ID refuses AWS's request: ${error}`, 'see the check saml-sign-in')];
      const last = signIns.find(({ credentialType }) => credentialType === EXTERNAL);
      if (last === undefined) return [noSignIn(saml.signOnUrl)];
      if (signer === undefined || dayOf(last.at) >= signsSince(signer)) {
        return [ok(`Entra ID takes AWS's request, and AWS took its answer at ${last.at.toISOString()}`)];
      }
      return [
        warning(
          `there was no sign-in since ${signer.name} began to sign on ${signsSince(signer)}: AWS may not have it`,
          `import the metadata in IAM Identity Center (Settings > Identity source > Manage authentication), and sign in once at ${saml.signOnUrl}`,
        ),
      ];
    });
  },
};

/** The day from which on it may sign. */
function signsSince({ activeFrom, importedAtAws }: SigningCertificate): string {
  return importedAtAws === undefined || importedAtAws.day <= activeFrom ? activeFrom : importedAtAws.day;
}
