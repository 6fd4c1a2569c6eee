import { z } from 'zod';
import { parseQuietly } from '../../estate/source/parse-quietly';
import { quotedList } from '../../text/suggest';
import type { CommandResult } from './command';
import { answered } from './readings';
import type { Reading } from './step';

type Read = (result: CommandResult) => Reading;

const DONE: Reading = { state: 'done' };
const pending = (why: string): Reading => ({ state: 'pending', why });
const unclear = (why: string): Reading => ({ state: 'unknown', why });

/** Reads JSON of a form; another one is no answer. */
function parsedAnswer<T>(schema: z.ZodType<T>, otherwise: string, read: (answer: T) => Reading): Read {
  return answered((text) => {
    const { data } = schema.safeParse(parseQuietly(text));
    return data === undefined ? unclear(otherwise) : read(data);
  });
}

const ProtectedEnvironment = z.object({
  required_approval_count: z.number().default(0),
  approval_rules: z.array(z.object({ required_approvals: z.number() })).default([]),
});

/** A protected environment as `glab api` shows it: a job starts in it after an approval. */
export const isProtected =
  (name: string): Read =>
  (result) => {
    if (result.code !== 0 && /\b404\b/.test(result.stderr)) {
      return pending(`GitLab shows no protected environment ${name}`);
    }
    const { stdout } = result;
    return parsedAnswer(ProtectedEnvironment, 'GitLab did not answer with an environment', (environment) => {
      const { required_approval_count: count, approval_rules: rules } = environment;
      const isApproved = count > 0 || rules.some(({ required_approvals }) => required_approvals > 0);
      return isApproved ? DONE : pending(`the environment ${name} takes no approval`);
    })({ ...result, stdout });
  };

const GitHubEnvironment = z.object({
  protection_rules: z.array(z.object({ type: z.string(), reviewers: z.array(z.unknown()).exactOptional() })),
});

/** A GitHub environment as `gh api` shows it: a deployment waits for a reviewer. A rule of branches does not count. */
export const hasReviewers =
  (name: string): Read =>
  (result) => {
    if (result.code !== 0 && result.stderr.includes('HTTP 404')) return pending(`GitHub shows no environment ${name}`);
    return parsedAnswer(
      GitHubEnvironment,
      'GitHub did not answer with an environment',
      ({ protection_rules: rules }) => {
        const isReviewed = rules.some(
          ({ type, reviewers }) => type === 'required_reviewers' && reviewers?.length !== 0,
        );
        return isReviewed ? DONE : pending(`the environment ${name} has no required reviewers`);
      },
    )(result);
  };

const SubjectOfGitHub = z.object({ use_default: z.boolean(), include_claim_keys: z.array(z.string()).default([]) });

/** Claims that the subject of a repository's tokens is made of, as `gh api` shows them. */
export const hasSubjectOfGitHub = (wanted: readonly string[]): Read =>
  parsedAnswer(SubjectOfGitHub, 'GitHub did not answer with the claims of a subject', (subject) => {
    const { use_default: isDefault, include_claim_keys: claims } = subject;
    return isDefault ? pending('the tokens of the repository have the default subject') : compareClaims(claims, wanted);
  });

const SubjectOfGitLab = z.object({ ci_id_token_sub_claim_components: z.array(z.string()) });

/** Claims that the subject of a project's tokens is made of, as `glab api` shows them. */
export const hasSubjectOfGitLab = (wanted: readonly string[]): Read =>
  parsedAnswer(
    SubjectOfGitLab,
    'GitLab did not answer with the claims of a subject, which maintainers of the project alone see',
    ({ ci_id_token_sub_claim_components: claims }) => compareClaims(claims, wanted),
  );

/** In their order, which is that of the subject. */
function compareClaims(found: readonly string[], wanted: readonly string[]): Reading {
  if (found.join() === wanted.join()) return DONE;
  return pending(`the subject of the tokens is made of ${quotedList(found)}`);
}

const Checks = z.object({
  value: z.array(
    z.object({
      type: z.object({ name: z.string() }),
      isDisabled: z.boolean().default(false),
      settings: z.object({ definitionRef: z.object({ name: z.string() }).nullish() }).nullish(),
    }),
  ),
});
type Check = z.output<typeof Checks>['value'][number];

const isApproval = ({ type }: Check): boolean => type.name === 'Approval';
const isBranchControl = ({ settings }: Check): boolean =>
  settings?.definitionRef?.name.toLowerCase() === 'evaluatebranchprotection';

/** Checks of a service connection as Azure DevOps lists them: somebody approves its use. */
export const hasApproval = (name: string): Read => hasChecks(name, { approval: isApproval });

/** The same: branches alone decide. */
export const hasBranch = (name: string): Read => hasChecks(name, { 'branch control': isBranchControl });

/** The same: somebody approves its use, and branches decide. */
export const hasApprovalAndBranch = (name: string): Read =>
  hasChecks(name, { approval: isApproval, 'branch control': isBranchControl });

function hasChecks(name: string, wanted: Readonly<Record<string, (check: Check) => boolean>>): Read {
  return parsedAnswer(Checks, 'Azure DevOps did not answer with checks', ({ value }) => {
    const active = value.filter(({ isDisabled }) => !isDisabled);
    const missing = Object.entries(wanted).filter(([, isIt]) => !active.some(isIt));
    if (missing.length === 0) return DONE;
    return pending(`the service connection ${name} has no ${missing.map(([what]) => what).join(' and no ')}`);
  });
}

const Endpoint = z.object({
  name: z.string(),
  authorization: z.object({
    parameters: z
      .object({
        workloadIdentityFederationIssuer: z.string().optional(),
        workloadIdentityFederationSubject: z.string().optional(),
      })
      .nullish(),
  }),
});

/** Claims of the tokens of a service connection, as its trust has them. */
export interface ConnectionTokens {
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
}

/** A service connection as Azure DevOps shows it. One of AWS shows no issuer, and its subject has its name. */
export const hasTokens = ({ name, issuer, subject }: ConnectionTokens): Read =>
  parsedAnswer(Endpoint, 'Azure DevOps did not answer with a service connection', (endpoint) => {
    if (endpoint.name !== name) return pending(`the service connection of this id is ${endpoint.name}, not ${name}`);
    const { workloadIdentityFederationIssuer, workloadIdentityFederationSubject } =
      endpoint.authorization.parameters ?? {};
    const shown = [workloadIdentityFederationIssuer, workloadIdentityFederationSubject];
    const differs = [issuer, subject].some((wanted, index) => shown[index] !== undefined && shown[index] !== wanted);
    if (!differs) return DONE;
    const why = `its tokens are of ${shown.join(' ')}, and the clouds would trust ${issuer} ${subject}`;
    return pending(`the service connection ${name} differs: ${why}`);
  });
