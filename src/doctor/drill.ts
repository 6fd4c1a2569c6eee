import type { Facts } from '../clouds/facts/facts';
import { samlRequestUrl } from '../clouds/graph/web/saml';
import type { EstatePlan } from '../estate/plan/planner';
import { AWS_ENTITY_ID } from '../estate/sections/emergency/emergency';
import type { Section } from '../preview/blocks/block';
import { line, link, list, name, table } from '../preview/blocks/make';
import { markdownLine, markdownOf, markdownOfSections } from '../preview/blocks/markdown';
import { renderSections, type TerminalOptions } from '../preview/blocks/terminal';
import { formatted } from '../text/formats';
import type { Examination } from './examination';
import { examinationSections, renderMarkdown } from './report/render';

/** A link and what it is. */
export interface DrillLink {
  readonly what: string;
  readonly url: string;
}

/** Proof that only a person can give: that somebody gets in, and that it is told of. */
export interface LastStep {
  /** Addresses to sign in at, the preferred way first; none with another identity provider, which has its own. */
  readonly signIn: readonly DrillLink[];
  /** Session that must be seen then. */
  readonly session: string;
  /** Addresses to switch to each role. */
  readonly switchRole: readonly DrillLink[];
  /** Addresses that must be told. */
  readonly emails: readonly string[];
  /** Actions, in order. */
  readonly todo: readonly string[];
}

const LOGIN = 'https://login.microsoftonline.com';

/** @throws Error if the estate has no emergency access */
export function lastStepOf(plan: EstatePlan, facts: Facts, now: Date): LastStep {
  const { emergency } = plan;
  if (emergency === undefined) throw new Error('the estate has no emergency access');
  const { name, account, targets, emails, members } = emergency;
  const session = `${name}/<user principal name> in account ${account.id} (${account.name})`;
  return {
    signIn: signInLinks(plan, facts, now),
    session,
    switchRole: targets.flatMap((target) =>
      target.roles.map((role) => ({
        what: `${role.name} in ${target.account.name}`,
        url: switchUrl(target.account.id, role.name),
      })),
    ),
    emails,
    todo: [
      ...(members === 'onDemand' ? ['put the person into the group, and wait some minutes'] : []),
      'open the first link in a private window and sign in with the second factor',
      `see that the console says ${session}`,
      'open the link of one role, switch to it, and look at something',
      `see that an e-mail about each of the two has come to ${emails.join(', ')} within 15 minutes`,
      'sign out, and keep this record with the names of who took part',
      ...(members === 'onDemand' ? ['take the person out of the group'] : []),
    ],
  };
}

/** My Apps, and the same application by a request that says which Region's sign-in the answer goes to. */
function signInLinks({ estate, emergency }: EstatePlan, facts: Facts, now: Date): readonly DrillLink[] {
  const application = facts.emergency?.entra?.application;
  const tenantId = estate.workforce?.tenantId;
  if (application?.state !== 'known' || application.value === undefined || tenantId === undefined) return [];
  const query = new URLSearchParams({ tenantId });
  const { appId } = application.value;
  return [
    { what: 'My Apps', url: `https://launcher.myapps.microsoft.com/api/signin/${appId}?${query.toString()}` },
    ...(emergency?.signInUrls ?? []).map((replyUrl) => ({
      what: `to ${replyUrl}`,
      url: samlRequestUrl({ login: LOGIN, tenantId, issuer: AWS_ENTITY_ID, replyUrl, now }),
    })),
  ];
}

const DISPLAY_NAME_LENGTH = 64;

/** IAM User Guide, 'Switch from a user to an IAM role (console)': links that fill in the form. */
function switchUrl(account: string, roleName: string): string {
  const displayName = `${roleName} ${account}`.slice(0, DISPLAY_NAME_LENGTH);
  const query = new URLSearchParams({ account, roleName, displayName });
  return `https://signin.aws.amazon.com/switchrole?${query.toString()}`;
}

/** A drill up to its last step. */
export interface Drill {
  /** The links of the path. */
  readonly examination: Examination;
  readonly lastStep: LastStep;
}

/** True if every link holds. */
export type Verdict = 'proven' | 'broken' | 'incomplete';

export function verdictOf({ totals }: Examination): Verdict {
  if (totals.failure > 0) return 'broken';
  return totals.unknown > 0 ? 'incomplete' : 'proven';
}

const VERDICTS: Readonly<Record<Verdict, string>> = {
  proven: 'The path holds up to its last step, which needs a person.',
  broken: 'The path is broken: repair it before somebody needs it.',
  incomplete: 'The path is not proven: some links could not be checked.',
};

/** For a terminal: the links of the path, and what a person does now. */
export function renderDrillTerminal({ examination, lastStep }: Drill, options: TerminalOptions): string {
  const verdict = { id: 'verdict', title: VERDICTS[verdictOf(examination)], lead: [], blocks: [] };
  return renderSections([...examinationSections(examination), verdict, lastStepSection(lastStep)], options);
}

function lastStepSection({ todo, signIn, switchRole }: LastStep): Section {
  const links = [...signIn, ...switchRole].map(({ what, url }) => [link(what, url)]);
  return {
    id: 'last-step',
    title: 'The last step',
    blocks: [
      { kind: 'list', items: todo.map((text) => line`${text}`), isNumbered: true, limit: todo.length },
      list(links, links.length),
    ],
  };
}

/** Everything, for machines and for evidence. */
export function renderDrillJson(drill: Drill): string {
  return formatted('drill', outputOf(drill));
}

function outputOf({ examination, lastStep }: Drill) {
  const { estate, examinedAt, totals, checks, notCompared } = examination;
  const verdict = verdictOf(examination);
  return { estate, drilledAt: examinedAt, verdict, totals, links: checks, notCompared, lastStep };
}

/**
 * Type from which the schema is generated.
 *
 * @public
 */
export type DrillOutput = ReturnType<typeof outputOf>;

/** A record to keep: what was proven, and what the people who took part write. */
export function renderDrillRecord({ examination, lastStep }: Drill): string {
  const { estate, examinedAt } = examination;
  const seen = [
    `signed in: ${lastStep.session}`,
    'switched to a role',
    ...lastStep.emails.map((email) => `alarms came to ${email}`),
    'signed out',
  ];
  return [
    `# ${markdownLine(line`Drill of the emergency access of ${name(estate)}`)}\n\n`,
    `${examinedAt}. ${VERDICTS[verdictOf(examination)]}\n\n`,
    renderMarkdown(examination),
    markdownOfSections([lastStepSection(lastStep)], Infinity),
    markdownOf([
      table(
        'What was seen',
        ['Seen', 'By whom', 'When'],
        seen.map((text) => [line`${text}`, [], []]),
      ),
    ]),
  ].join('');
}
