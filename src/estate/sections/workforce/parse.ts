import type { SignInRequirement } from './conditional-access';
import { AUTHENTICATION_STRENGTHS, parseSignInFrequency } from './conditional-access';
import type { Path } from '../../source/finding';
import { DEFAULT_MAPPINGS } from '../limits';
import type { AwsApplicationEntry, ConditionalAccessEntry, GroupEntry } from './schema';
import type {
  AssignedGroup,
  AwsApplication,
  SamlSettings,
  ScimSettings,
  SigningCertificate,
  WorkforceGroup,
} from './workforce';
import { withoutUndefined } from '../shared/without-undefined';

export function readGroup(entry: GroupEntry, at: Path): WorkforceGroup {
  const { adopt = false, ...group } = withoutUndefined(entry);
  return { ...group, adopt, at };
}

/** The AWS application; every group is assigned to it where the file does not say which. */
export function readAwsApplication(
  entry: AwsApplicationEntry,
  at: Path,
  groups: readonly WorkforceGroup[],
): AwsApplication {
  const { scim, assignedGroups } = entry;
  return {
    at,
    displayName: entry.displayName,
    template: entry.template ?? 'gallery',
    saml: readSaml(entry.saml, [...at, 'saml']),
    assignedGroups:
      assignedGroups === undefined ? groups.map(assigned) : readAssigned(assignedGroups, [...at, 'assignedGroups']),
    ...(scim && { scim: readScim(scim, [...at, 'scim']) }),
    ...(entry.conditionalAccess &&
      readSignIn(entry.conditionalAccess, entry.displayName, [...at, 'conditionalAccess'])),
  };
}

/** What people must give to sign in to an application. */
export function readSignIn(
  entry: ConditionalAccessEntry,
  application: string,
  at: Path,
): Pick<AwsApplication, 'conditionalAccess' | 'signInManagedElsewhere'> {
  const { managedElsewhere, displayName, state, require, excludedGroups } = entry;
  if (managedElsewhere !== undefined) return { signInManagedElsewhere: { at, reason: managedElsewhere } };
  const signInFrequency = entry.signInFrequency && parseSignInFrequency(entry.signInFrequency);
  return {
    conditionalAccess: {
      at,
      displayName: displayName ?? `Sign in to ${application}`,
      state: state ?? 'reportOnly',
      requirement: requirementOf(require ?? 'mfa'),
      ...(signInFrequency && { signInFrequency }),
      excludedGroups: readAssigned(excludedGroups ?? [], [...at, 'excludedGroups']),
    },
  };
}

/** A built-in strength is named by a word, one of the tenant by its id. */
function requirementOf(word: string): SignInRequirement {
  return word === 'mfa'
    ? { kind: 'mfa' }
    : { kind: 'authentication-strength', policyId: AUTHENTICATION_STRENGTHS[word] ?? word };
}

function assigned(group: WorkforceGroup): AssignedGroup {
  return { at: [...group.at, 'name'], name: group.name };
}

function readAssigned(names: readonly string[], at: Path): readonly AssignedGroup[] {
  return names.map((name, index) => ({ at: [...at, index], name }));
}

function readSaml(entry: AwsApplicationEntry['saml'], at: Path): SamlSettings {
  return {
    at,
    identifier: entry.identifier,
    replyUrl: entry.replyUrl,
    signOnUrl: entry.signOnUrl,
    nameId: entry.nameId ?? 'userPrincipalName',
    notificationEmails: entry.notificationEmails ?? [],
    signingCertificates: readCertificates(entry.signingCertificates, at),
  };
}

/** The certificates of an application. */
export function readCertificates(
  entries: AwsApplicationEntry['saml']['signingCertificates'],
  at: Path,
): readonly SigningCertificate[] {
  return entries.map((certificate, index) => ({ ...certificate, at: [...at, 'signingCertificates', index] }));
}

function readScim(entry: NonNullable<AwsApplicationEntry['scim']>, at: Path): ScimSettings {
  const mappings = entry.attributeMappings ?? DEFAULT_MAPPINGS;
  return {
    at,
    endpoint: entry.endpoint,
    tokenExpires: entry.tokenExpires,
    running: entry.running ?? true,
    attributeMappings: mappings.map((mapping, index) => ({ ...mapping, at: [...at, 'attributeMappings', index] })),
    ...(entry.acceptDeletions && { acceptDeletions: { ...entry.acceptDeletions, at: [...at, 'acceptDeletions'] } }),
  };
}
