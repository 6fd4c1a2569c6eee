import { showValue } from '../../../estate/source/finding';
import { quotedList } from '../../../text/suggest';
import type { AwsApplication } from '../../../estate/sections/workforce/workforce';
import { patchCommand } from '../graph-command';
import type { SamlApplication } from '../../../clouds/facts/application-facts';
import type { WorkforceFacts } from '../../../clouds/facts/workforce-facts';
import { type Check, type CheckInput, examine, failure, type Observation, ok, okUnless } from '../../check';

/** Advice that corrects whatever differs in Entra ID. Without the flag Pulumi compares with what it remembers, and sees no change. */
export const PULUMI_UP = 'deploy the workforce program with `pulumi up --refresh`';

/** Pulumi undoes what it manages; an address that it never knew stays. */
export const TAKE_AWAY = `${PULUMI_UP}; what that leaves, take away in the portal (App registrations > the application)`;

/** Declared and read state of the application; undefined where the estate has none. */
export function workforceOf({ plan, facts }: CheckInput): Workforce | undefined {
  const declared = plan.estate.workforce?.awsApplication;
  return declared === undefined || facts.workforce === undefined ? undefined : { declared, facts: facts.workforce };
}

export interface Workforce {
  readonly declared: AwsApplication;
  readonly facts: WorkforceFacts;
}

/** A check of the application that is there; that it is there at all is a check of its own. */
export function examineApplication(
  workforce: Workforce | undefined,
  look: (found: SamlApplication, declared: AwsApplication) => readonly Observation[],
): readonly Observation[] | undefined {
  if (workforce === undefined) return undefined;
  const { declared, facts } = workforce;
  return examine(facts.application, (found) =>
    found === undefined
      ? [{ outcome: 'unknown', message: `there is no application ${showValue(declared.displayName)}` }]
      : look(found, declared),
  );
}

/** The application is there and signs in by SAML. */
export const application: Check = {
  id: 'saml-application',
  area: 'saml',
  title: 'The AWS application is there and signs in by SAML',
  run: (input) => {
    const workforce = workforceOf(input);
    if (workforce === undefined) return undefined;
    const { displayName } = workforce.declared;
    return examine(workforce.facts.application, (found) =>
      found === undefined
        ? [failure(`there is no enterprise application ${showValue(displayName)}`, PULUMI_UP)]
        : okUnless(settings(found, workforce.declared), `${showValue(displayName)} (${found.appId}) signs in by SAML`),
    );
  },
};

/** Faults of an application whose name stands twice: azuread may make it a second time where an answer was lost. */
export function namesakes({ appId, namesakes: others }: SamlApplication, displayName: string): readonly Observation[] {
  if (others.length === 0) return [];
  const all = quotedList([appId, ...others]);
  return [failure(`${others.length + 1} applications have the name ${showValue(displayName)}: ${all}`, WHICH_IS_OURS)];
}

/** Advice on applications of one name. */
export const WHICH_IS_OURS =
  '`npx --no entra-aws deploy repair workforce --check` says which one is ours; with --remove-spare it deletes the others, after a question';

function settings(found: SamlApplication, { displayName, saml }: AwsApplication): readonly Observation[] {
  return [
    ...namesakes(found, displayName),
    ...(found.mode === 'saml'
      ? []
      : [
          failure(
            `single sign-on is ${found.mode ?? 'not set'}, not saml, so that no one can sign in to AWS`,
            PULUMI_UP,
          ),
        ]),
    ...(found.signOnUrl === saml.signOnUrl
      ? []
      : [failure(`the sign-on URL is '${found.signOnUrl}', declared is '${saml.signOnUrl}'`, PULUMI_UP)]),
    // Pulumi sees no change of it.
    ...(found.isEnabled ? [] : [failure('it is disabled, so that no one can sign in to AWS', enable(found))]),
    ...(found.assignmentRequired
      ? []
      : [failure('everybody in the directory can sign in: no assignment is required', PULUMI_UP)]),
  ];
}

function enable({ servicePrincipalId }: SamlApplication): string {
  return (
    'find out who disabled it (audit log of Entra ID), and enable it: ' +
    patchCommand(`servicePrincipals/${servicePrincipalId}`, { accountEnabled: true })
  );
}

/** Identifier and reply URLs are as declared, those of the additional Regions among them. */
export const addresses: Check = {
  id: 'saml-addresses',
  area: 'saml',
  title: 'Identifier and reply URL are those of IAM Identity Center',
  run: (input) =>
    examineApplication(workforceOf(input), (found, { saml }) =>
      okUnless(
        [
          ...compare('identifier', found.identifierUris, [saml.identifier]),
          ...compare('reply URL', found.replyUrls, [saml.replyUrl, ...saml.additionalReplyUrls]),
        ],
        'identifier and reply URL are as declared',
      ),
    ),
};

function compare(what: string, found: readonly string[], wanted: readonly string[]): readonly Observation[] {
  const others = found.filter((address) => !wanted.includes(address));
  return [
    ...wanted
      .filter((address) => !found.includes(address))
      .map((address) => failure(`the ${what} '${address}' is not at the application: ${quotedList(found)}`, PULUMI_UP)),
    ...(others.length === 0
      ? []
      : [failure(`the application has an undeclared ${what}: ${quotedList(others)}`, TAKE_AWAY)]),
  ];
}

/** Entra's sign-in page takes IAM Identity Center's request. */
export const signIn: Check = {
  id: 'saml-sign-in',
  area: 'saml',
  title: "Entra takes IAM Identity Center's sign-in request",
  run: (input) => {
    const workforce = workforceOf(input);
    return (
      workforce &&
      examine(workforce.facts.signInError, (error) =>
        error === undefined
          ? [ok('the sign-in page asks who signs in')]
          : [failure(`the sign-in page answers ${error}: ${REASONS[error] ?? 'Entra ID says why'}`, PULUMI_UP)],
      )
    );
  },
};

/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const REASONS: Readonly<Record<string, string>> = {
  AADSTS50011: 'the reply URL is not at the application',
  AADSTS700016: 'no application has the identifier',
  AADSTS7000112: 'the application is disabled',
};
