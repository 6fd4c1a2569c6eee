import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { ORGANIZATION_FILE, PLACEMENT_FILE } from '../../estate/source/estate-folder';
import { hasErrors } from '../../estate/source/finding';
import { changeSection } from '../../preview/access/change-blocks';
import type { AccessChange } from '../../preview/access/access-changes';
import type { PolicyChange } from '../../preview/access/set-changes';
import type { Spans } from '../../preview/blocks/block';
import { code, codes, line, link, list, name, paragraph, titled } from '../../preview/blocks/make';
import { markdownLine, markdownOf, markdownOfSections } from '../../preview/blocks/markdown';
import { count } from '../../text/amounts';
import type { Changes, Report } from '../../preview/report';
import type { Proposal, ProposedFile } from '../forges/forge';

/** An account that the older snapshot lacks. */
export interface NewAccount {
  readonly id: string;
  readonly name: string;
  /** Path of its OU. */
  readonly where: string;
}

/** A newer snapshot, and what follows from it. */
export interface SnapshotFacts {
  readonly estate: string;
  /** Commit that the files were read at. */
  readonly commit: string;
  /** Differences between the snapshots, for people. */
  readonly differences: readonly string[];
  readonly newAccounts: readonly NewAccount[];
  /** The estate with the newer snapshot, against what it is. */
  readonly report: Report;
  readonly files: readonly ProposedFile[];
  /** True if documents in AWS, or what they are attached to, changed otherwise than by reaching new accounts. */
  readonly changesPolicies: boolean;
  /** True if the estate lets additions merge by themselves. */
  readonly mergesAdditions: boolean;
}

interface Place {
  readonly runUrl: string;
  /** Longest description that the forge takes. */
  readonly characters: number;
}

/** Beginning of the names of the branches that propose a newer snapshot of an estate. */
export const proposalFamily = (estate: string): string => `entra-aws/organization-${estate}-`;

/** Proposes a newer snapshot in a pull request that says who gains and loses access by it. */
export function proposeSnapshot(facts: SnapshotFacts, place: Place): Proposal {
  const { estate, commit, newAccounts, report, files, mergesAdditions, changesPolicies } = facts;
  const mergesItself = mergesAdditions && !changesPolicies && onlyAdds(report, newAccounts);
  const marker = `<!-- entra-aws-identity organization of ${estate} -->`;
  const added = newAccounts.length;
  const family = proposalFamily(estate);
  return {
    ...{ commit, files, mergesItself, marker, family },
    branch: `${family}${hashOf(files)}`,
    title: added > 0 ? `${count(added, 'new account')} in ${estate}` : changedTitle(facts),
    body: bodyOf(facts, { ...place, marker, mergesItself }),
  };
}

function changedTitle({ estate, files }: SnapshotFacts): string {
  return files.some(({ path }) => basename(path) === ORGANIZATION_FILE)
    ? `The organization of ${estate} has changed`
    : `AWS policies of ${estate} have changed`;
}

/**
 * Tells whether a newer snapshot only lets existing grants to groups, and their policies, reach new accounts, within the limits.
 * Whatever else it changes, such as an e-mail address, changes no access.
 */
export function onlyAdds({ findings, changes }: Report, newAccounts: SnapshotFacts['newAccounts']): boolean {
  if (changes?.counts === undefined || hasErrors(findings)) return false;
  const { gained, extent } = changes;
  return (
    gained.length > 0 &&
    gained.every(isOfNewAccount) &&
    changesBeside(changes).every((all) => all.length === 0) &&
    (changes.policies ?? []).every((policy) => onlyComesTo(policy, newAccounts)) &&
    extent.every(({ isExceeded }) => !isExceeded)
  );
}

/** Changes other than access that is gained, and policies that come to accounts. */
function changesBeside(changes: Changes): readonly (readonly unknown[])[] {
  const { lost, replacements, permissionSets, attributes, emergency = [], hosting, applications = [] } = changes;
  return [lost, replacements, permissionSets, attributes, emergency, hosting, applications];
}

/** A group gains in a new account; a user, who is an exception, gains by review alone. */
function isOfNewAccount({ reasons, risks }: AccessChange): boolean {
  return !risks.includes('exception') && reasons.every(({ code: reason }) => reason === 'account-added');
}

/** A policy that leaves an account, or comes to one that was there, changes what people may do who have access already. */
function onlyComesTo({ kind, gains, loses, details }: PolicyChange, accounts: SnapshotFacts['newAccounts']): boolean {
  const added = new Set(accounts.map(({ id }) => id));
  return kind === 'changed' && loses.length === 0 && details.length === 0 && gains.every(({ id }) => added.has(id));
}

/** The same content has the same branch, so that it is proposed once. */
function hashOf(files: readonly ProposedFile[]): string {
  const hash = createHash('sha256');
  for (const { path, text } of files) hash.update(JSON.stringify([path, text]));
  return hash.digest('hex').slice(0, 10);
}

interface BodyParts extends Place {
  readonly marker: string;
  readonly mergesItself: boolean;
}

/** New accounts come first, then everybody's access, then what else is different: as much as there is room for. */
function bodyOf({ estate, differences, files, newAccounts, report }: SnapshotFacts, parts: BodyParts): string {
  const { runUrl, characters, marker, mergesItself } = parts;
  const merge = mergesItself
    ? 'It only lets existing grants reach new accounts, within the limits, so it merges by itself once the checks and reviews are done.'
    : 'Nothing merges it by itself.';
  const stale = files.map(({ path }) => basename(path)).filter((file) => file !== PLACEMENT_FILE);
  const head = [
    marker,
    `## ${markdownLine(line`Newer snapshot of ${name(estate)}`)}`,
    markdownOf([
      paragraph(
        line`${link('This run', runUrl)} read from AWS what ${codes(stale)} ${stale.length === 1 ? 'does' : 'do'} not say. ${merge}`,
      ),
    ]),
  ].join('\n');
  const accounts = cut('New accounts', accountItems(newAccounts, report), characters - head.length);
  const access = accessPart(report, characters - head.length - accounts.length);
  const room = characters - head.length - accounts.length - access.length;
  const all = differences.map((difference) => [code(difference)]);
  return `${head}${accounts}${access}${cut('Differences', all, room)}`;
}

/** Least room that a part needs to say something. */
const LEAST_CHARACTERS = 400;

function accessPart({ changes }: Report, room: number): string {
  if (changes === undefined || room < LEAST_CHARACTERS) return '';
  return markdownOfSections([changeSection(changes)], room);
}

/** A list under a heading: as many items as there is room for, and how many more there are. */
function cut(title: string, items: readonly Spans[], room: number): string {
  for (let shown = items.length; shown > 0; shown = Math.floor(shown / 2)) {
    const more = shown < items.length ? [line`and ${String(items.length - shown)} more`] : [];
    const text = markdownOf(titled(title, [list([...items.slice(0, shown), ...more])]));
    if (text.length <= room) return text;
  }
  return '';
}

/** `shop (100000000003) in /Workloads: Developers gain Reader` */
function accountItems(accounts: readonly NewAccount[], { changes: access }: Report): readonly Spans[] {
  return accounts.map(({ id, name: account, where }): Spans => {
    const gains = (access?.gained ?? []).filter(({ accounts: gaining }) => gaining.some((one) => one.id === id));
    const who = gains.map(({ group, permissionSet }, index) => {
      return line`${index === 0 ? '' : ', '}${name(group)} gain ${name(permissionSet)}`;
    });
    const what: Spans = who.length === 0 ? line`no grant reaches it` : who.flat();
    return line`${name(account, id)} in ${code(where)}: ${what}`;
  });
}
