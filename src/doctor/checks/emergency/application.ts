import { dayOf } from '../../../../constructs/entra/periods';
import type { Assigned, AssignedGroup, DirectoryUser } from '../../../clouds/facts/workforce-facts';
import {
  AWS_ATTRIBUTES,
  AWS_ENTITY_ID,
  type EmergencyMembers,
  SESSION_NAME,
} from '../../../estate/sections/emergency/emergency';
import { type EmergencyPlan, samlProviderArn, signInRoleArn } from '../../../estate/sections/emergency/emergency-plan';
import { parseSamlMetadata } from '../../../estate/source/saml-metadata';
import { showValue } from '../../../estate/source/finding';
import { quotedList } from '../../../text/suggest';
import { check, entraOf, examine, failure, type Observed, okUnless, warning } from '../../check';
import { ADDRESSES, examineFound, examineNamesakes, examineValues, WHICH_IS_OURS, WORKFORCE_UP } from '../applications';
import { claimsIn } from '../saml/application';
import { examineOthers, examineSigner } from '../saml/certificates';
import { examineTrust } from '../trust/examine-trust';

/** The application is there, and answers to AWS's sign-in. */
export const emergencyApplication = check(entraOf, {
  id: 'emergency-application',
  title: 'The application for emergencies is there and answers to AWS',
  run: ({ declared: { displayName: name }, plan: { signInUrls: replyUrls }, facts }) =>
    examine(facts.application, (found) => {
      if (found === undefined) return [failure(`there is no enterprise application ${showValue(name)}`, WORKFORCE_UP)];
      const addresses = { identifierUris: [AWS_ENTITY_ID], replyUrls };
      const values = { mode: 'saml', assignmentRequired: true, isEnabled: true, ...addresses };
      return okUnless(
        [
          ...examineNamesakes(found, name, WHICH_IS_OURS),
          ...examineValues(found, { name, values, up: WORKFORCE_UP, advice: ADDRESSES }),
        ],
        `${showValue(name)} (${found.appId}) answers to AWS's sign-in`,
      );
    }),
});

const TRUSTING = {
  trust: (name: string): string => `add ${name} to emergency.metadataFile and deploy the emergency access`,
  add: `add a certificate to emergency.application.signingCertificates, ${WORKFORCE_UP}, and add it to emergency.metadataFile before it signs`,
};

/** The certificate that signs is the declared one, and lasts. */
export const emergencyCertificate = check(entraOf, {
  id: 'emergency-certificate',
  title: 'The signing certificate of the application for emergencies is active and lasts',
  run: ({ declared, facts }, { now }) =>
    examineFound(facts.application, declared, (found) =>
      examineSigner(found, { ...declared, day: dayOf(now), trusting: TRUSTING }),
    ),
});

/** Waiting certificates are those of the estate too: any of them may be made the one that signs. */
export const emergencyOtherCertificates = check(entraOf, {
  id: 'emergency-other-certificates',
  title: 'No other certificate is left at the application for emergencies',
  run: ({ declared, plan: { metadata }, facts }, { now }) =>
    examineFound(facts.application, declared, (found) => {
      const trusted = metadata === undefined ? undefined : parseSamlMetadata(metadata)?.thumbprints;
      return examineOthers(found, { ...declared, day: dayOf(now), ...(trusted && { trusted }) });
    }),
});

/** Checks what the answers tell AWS: role, identity provider, who it is, and for how long. */
export const emergencyClaims = check(entraOf, {
  id: 'emergency-claims',
  title: 'Its answers name the role and the identity provider in AWS',
  run: ({ plan, facts }) => {
    const wanted = claimsWanted(plan);
    return examine(facts.claims, (policies) => {
      const values = Map.groupBy(claimsIn(policies), ({ SamlClaimType = '' }) => SamlClaimType);
      const ofAws = [...values.keys()].filter((name) => name.startsWith(`${AWS_ATTRIBUTES}/`));
      return okUnless(
        [...new Set([...Object.keys(wanted), ...ofAws])].map((name) => {
          // AWS takes each `Role` that an answer has.
          const found = (values.get(name) ?? []).map(
            ({ Value, Source, ID }) => Value ?? `${Source}.${ID}`.toLowerCase(),
          );
          const [is, should] = [found.length === 0 ? 'not in the answers' : quotedList(found), wanted[name]];
          const effect = found.length === 0 ? '' : '; AWS takes what it gets';
          return (
            found.join('\n') !== should &&
            failure(
              `the claim ${name.slice(AWS_ATTRIBUTES.length + 1)} is ${is}, declared is ${should === undefined ? 'none' : `'${should}'`}${effect}`,
              WORKFORCE_UP,
            )
          );
        }),
        `answers lead to ${signInRoleArn(plan)}`,
      );
    });
  },
});

const USER = 'user.userprincipalname';

function claimsWanted(plan: EmergencyPlan): Readonly<Record<string, string>> {
  return {
    [`${AWS_ATTRIBUTES}/Role`]: `${signInRoleArn(plan)},${samlProviderArn(plan)}`,
    [`${AWS_ATTRIBUTES}/RoleSessionName`]: USER,
    [`${AWS_ATTRIBUTES}/SourceIdentity`]: USER,
    [`${AWS_ATTRIBUTES}/SessionDuration`]: String(plan.sessionSeconds),
  };
}

/** Nothing was added to the application for emergencies: it signs people in, and does nothing by itself. */
export const emergencyPermissions = check(entraOf, {
  id: 'emergency-permissions',
  title: 'The application for emergencies has no credential, permission or consent of its own',
  run: ({ declared, facts }) =>
    examineFound(facts.application, declared, () => examineTrust(facts.trust, { name: declared.displayName })),
});

/** One person may be away. */
const PEOPLE = 2;

/** The group is assigned, no one else is, and it has whom the estate says. */
export const emergencyPeople = check(entraOf, {
  id: 'emergency-people',
  title: 'The right people can sign in in an emergency',
  run: ({ declared: { group, members }, facts }) =>
    examine(facts.assigned, (assigned) => {
      const namesakes = assigned.groups.filter(({ name }) => name === group.text);
      const [found] = namesakes;
      return okUnless(
        [
          ...doubled(group.text, namesakes),
          found === undefined && failure(`the group '${group.text}' is not assigned`, WORKFORCE_UP),
          strangers(assigned, group.text),
          ...(found === undefined ? [] : peopleOf(found, members)),
        ],
        members === 'onDemand'
          ? `'${group.text}' is assigned, and empty until an emergency`
          : `'${group.text}' is assigned, with ${found?.users.filter(({ isEnabled }) => isEnabled).length ?? 0} people`,
      );
    }),
});

/** By its name alone a second group would pass for the first one. */
function doubled(name: string, namesakes: readonly AssignedGroup[]): Observed {
  const groups = namesakes.map(({ id, users }) => `${id} with ${namesOf(users)}`);
  return [
    groups.length > 1 &&
      failure(
        `${groups.length} assigned groups have the name '${name}': ${groups.join('; ')}`,
        "take away the assignment of the one that is not the estate's, by its id",
      ),
  ];
}

function strangers({ groups, users }: Assigned, group: string) {
  const others = [
    ...groups.map(({ name }) => name).filter((name) => name !== group),
    ...users.map(({ userPrincipalName }) => userPrincipalName),
  ];
  return (
    others.length > 0 &&
    failure(`others are assigned too: ${quotedList(others)}`, 'take their assignments away in the portal')
  );
}

function peopleOf({ name, users, nested }: AssignedGroup, members: EmergencyMembers): Observed {
  const isOnDemand = members === 'onDemand';
  const enabled = users.filter(({ isEnabled }) => isEnabled);
  const nameless = enabled.filter(({ userPrincipalName }) => !SESSION_NAME.test(userPrincipalName));
  return [
    isOnDemand &&
      users.length > 0 &&
      warning(
        `'${name}' has members, but should have none until an emergency: ${namesOf(users)}`,
        'take them out once the emergency or the drill is over',
      ),
    !isOnDemand &&
      enabled.length < PEOPLE &&
      failure(
        `'${name}' has ${enabled.length} who can sign in: one may be away, and no one should be alone`,
        `add people until there are ${PEOPLE} at least`,
      ),
    !isOnDemand &&
      nameless.length > 0 &&
      failure(
        `AWS takes no session of ${namesOf(nameless)}: the name has characters other than A-Z a-z 0-9 _+=,.@-, or more than 64`,
        'put an account with a plain user principal name into the group in their place',
      ),
    nested.length > 0 &&
      warning(
        `groups in the group can't sign in: ${quotedList(nested)}`,
        'add their people themselves: nested groups are not assigned',
      ),
  ];
}

function namesOf(users: readonly DirectoryUser[]): string {
  return quotedList(users.map(({ userPrincipalName }) => userPrincipalName));
}
