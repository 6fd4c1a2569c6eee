import { showValue } from '../../../estate/source/finding';
import type { AwsApplication } from '../../../estate/sections/workforce/workforce';
import type { SamlApplication } from '../../../clouds/facts/application-facts';
import type { Assigned, MadeByPulumi } from '../../../clouds/facts/workforce-facts';
import { together } from '../../../clouds/reading';
import { type Check, examine, failure, type Observation, okUnless } from '../../check';
import { PULUMI_UP, workforceOf } from './application';
import { nameOf } from './certificates';

/** Application, certificates and groups are those that the program made, by their ids: a name proves nothing. */
export const pulumiIds: Check = {
  id: 'saml-pulumi-ids',
  area: 'saml',
  title: 'Application, certificates and groups are those that Pulumi made',
  run: (input) => {
    const workforce = workforceOf(input);
    const { made } = input.facts;
    if (workforce === undefined || made === undefined) return undefined;
    const { application, assigned } = workforce.facts;
    return examine(together({ made, application, assigned }), (facts) =>
      okUnless(
        [
          ...(facts.application === undefined
            ? []
            : applicationFaults(facts.application, facts.made, workforce.declared)),
          ...groupFaults(facts.assigned, facts.made),
        ],
        'ids and thumbprints are those of the stack',
      ),
    );
  },
};

function applicationFaults(
  { appId, certificates, activeThumbprint }: SamlApplication,
  made: MadeByPulumi,
  { displayName, saml }: AwsApplication,
): readonly Observation[] {
  const declared = new Set(saml.signingCertificates.map(({ name }) => name));
  const strange = certificates.filter(
    (one) => declared.has(nameOf(one)) && made.certificates.get(nameOf(one)) !== one.thumbprint,
  );
  return [
    ...(made.applicationId === appId
      ? []
      : [
          failure(
            `the application ${showValue(displayName)} is ${appId}, but Pulumi made ${made.applicationId ?? 'none'}`,
            `find out who registered it (audit log of Entra ID), delete it, then ${PULUMI_UP}`,
          ),
        ]),
    ...strange.map((one) =>
      failure(
        `the certificate ${nameOf(one)} (${one.thumbprint}) ${one.thumbprint === activeThumbprint ? 'signs' : 'waits'}, but Pulumi made ${made.certificates.get(nameOf(one)) ?? 'none of that name'}`,
        `find out who made it, delete it in the portal (Enterprise applications > the application > Single sign-on > Certificates), then ${PULUMI_UP}`,
      ),
    ),
  ];
}

function groupFaults({ groups }: Assigned, made: MadeByPulumi): readonly Observation[] {
  return groups.flatMap(({ id, name }) => {
    const own = made.groups.get(name);
    if (own === undefined || own === id) return [];
    return [
      failure(
        `the group ${showValue(name)} that is assigned is ${id}, but that of the estate is ${own}`,
        `take the assignment of ${id} away, find out who made that group, then ${PULUMI_UP}; do not provision it on demand, since grants go by the name`,
      ),
    ];
  });
}
