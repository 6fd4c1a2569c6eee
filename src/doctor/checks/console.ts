import { dayOf } from '../../../constructs/entra/periods';
import { signerOn } from '../../../constructs/entra/saml-schedule';
import { together } from '../../clouds/reading';
import { bothOf, check, examine, failure, type Observation, ok, scimAtAwsOf, warning } from '../check';

const EXTERNAL = 'EXTERNAL_IDP';

/** The identity source is the external identity provider: no API says so, but every sign-in does. */
export const identitySource = check(bothOf, {
  id: 'console-identity-source',
  title: 'The identity source is Entra ID',
  run: ({ declared, access }) =>
    examine(access.signIns, ([latest]) => {
      if (latest === undefined) return [noSignIn(declared.saml.signOnUrl)];
      const { at, credentialType } = latest;
      const what = `the last sign-in, at ${at.toISOString()},`;
      return [
        credentialType === EXTERNAL
          ? ok(`${what} came from the external identity provider`)
          : failure(
              `${what} was by ${credentialType}, not by the external identity provider`,
              'IAM Identity Center > Settings > Identity source > Actions > Change identity source > External identity provider',
            ),
      ];
    }),
});

function noSignIn(signOnUrl: string): Observation {
  return {
    outcome: 'unknown',
    message: 'there was no sign-in in the last 90 days, so that CloudTrail does not tell',
    advice: `sign in once at ${signOnUrl}, wait a quarter of an hour, and run this again`,
  };
}

/** AWS has the metadata of Entra ID with the certificate that signs: somebody has come in since it does. */
export const metadataUploaded = check(bothOf, {
  id: 'console-metadata',
  title: 'AWS has the metadata of Entra ID',
  run: ({ declared: { saml }, facts, access }, { now }) =>
    examine(together({ signIns: access.signIns, error: facts.signInError }), ({ signIns, error }) => {
      if (error !== undefined) {
        return [failure(`Entra ID refuses AWS's request: ${error}`, 'see the check saml-sign-in')];
      }
      const last = signIns.find(({ credentialType }) => credentialType === EXTERNAL);
      if (last === undefined) return [noSignIn(saml.signOnUrl)];
      const signer = signerOn(saml.signingCertificates, dayOf(now));
      const days = [signer?.activeFrom, signer?.importedAtAws?.day].filter((day) => day !== undefined);
      const since = days.toSorted().at(-1);
      if (signer === undefined || since === undefined || dayOf(last.at) >= since) {
        return [ok(`Entra ID takes AWS's request, and AWS took its answer at ${last.at.toISOString()}`)];
      }
      return [
        warning(
          `there was no sign-in since ${signer.name} began to sign on ${since}: AWS may not have it`,
          `import the metadata in IAM Identity Center (Settings > Identity source > Manage authentication), and sign in once at ${saml.signOnUrl}`,
        ),
      ];
    }),
});

/** Automatic provisioning is enabled at AWS: cycles succeed, and records have what only provisioning can write. */
export const provisioningEnabled = check(scimAtAwsOf, {
  id: 'console-provisioning',
  title: 'Automatic provisioning is enabled at AWS',
  run: ({ facts: { jobs }, access: { users, groups } }) =>
    examine(together({ jobs, users, groups }), (found) => {
      const hasSucceeded = found.jobs.some(({ lastSuccess }) => lastSuccess !== undefined);
      // Only provisioning writes an external id; a group without anybody in it has one too.
      const [people, all] = [found.users, [...found.users, ...found.groups]].map(
        (records) => records.filter(({ externalId }) => externalId !== undefined).length,
      );
      if (hasSucceeded && all !== 0) return [ok(`AWS takes what is provisioned: ${people ?? 0} people so far`)];
      return [
        failure(
          hasSucceeded ? 'no record at AWS was provisioned' : 'no provisioning cycle has succeeded',
          'IAM Identity Center > Settings > Automatic provisioning > Enable; put the endpoint into the estate, the token into ' +
            'the stack, and deploy the workforce program',
        ),
      ];
    }),
});
