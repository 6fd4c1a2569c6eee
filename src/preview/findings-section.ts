import type { Finding } from '../estate/source/finding';
import { compareText, findingMessage, formatPlace } from '../estate/source/finding';
import { findingAddress, findingPage } from '../package/contents/addresses';
import type { Marked, Section } from './blocks/block';
import { badge, code, explained, facts, line, marked, only, place, titled } from './blocks/make';
import { count } from '../text/amounts';
import type { ReportAcknowledgement } from './access/describe-access';
import type { Answer, Report } from './report';
import { acknowledgementText, shortPlace } from './labels';

/** Findings that a terminal shows. */
const SHOWN_FINDINGS = 40;

/** Findings, errors first, and the rules that are acknowledged. */
export function findingsSection({ findings, acknowledgements, counts }: Answer): Section {
  const errorsFirst = findings.toSorted((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
  const size = `${count(counts.errors, 'error')}, ${count(counts.warnings, 'warning')}`;
  const added = acknowledgements.filter(({ isNew }) => isNew === true);
  return {
    id: 'findings',
    title: 'Findings',
    lead: findings.length === 0 ? [badge('none', 'good')] : line`${size}`,
    blocks: [
      marked(errorsFirst.map(findingItem), SHOWN_FINDINGS),
      only(['page'], titled('Acknowledged rules', [marked(acknowledgements.map(acknowledgementItem))])),
      only(
        ['markdown'],
        titled('New acknowledgements', [marked(added.map((one) => acknowledgementItem({ ...one, isNew: false })))]),
      ),
    ],
  };
}

/** The pages about the findings, once each, with their addresses where they are published; undefined where there is none. */
export function helpSection({ findings }: Report): Section | undefined {
  const codes = [...new Set(findings.map((finding) => String(finding.code)))].toSorted(compareText);
  const explainable = codes.filter((one) => findingPage(one) !== undefined);
  if (explainable.length === 0) return undefined;
  const entries = explainable.flatMap((one) => {
    const address = findingAddress(one, 'latest');
    return address === undefined ? [] : [[one, line`${address}`] as const];
  });
  const lead = `by npx --no entra-aws docs CODE${entries.length === 0 ? '' : ', and at'}`;
  return { id: 'help', title: 'Explained', lead: line`${lead}`, blocks: [facts(entries)] };
}

function findingItem(finding: Finding): Marked {
  const { severity, acknowledgement, path, related } = finding;
  const see = related.length === 0 ? '' : ` (see ${related.map(formatPlace).join(', ')})`;
  return {
    mark: { text: severity, tone: severity === 'error' ? 'bad' : 'warn' },
    at: line`${place(formatPlace(finding))}${path === '' ? '' : line` ${code(path)}`}`,
    what: line`${findingMessage(finding)}${see} (${explained(finding.code, findingAddress(finding.code, 'latest'))})`,
    ...(acknowledgement && {
      paste: {
        title: acknowledgementText(acknowledgement),
        label: `Lines that acknowledge ${finding.code} at line ${finding.line}`,
        lines: acknowledgement.lines,
      },
    }),
  };
}

function acknowledgementItem({ rule, subject, reason, place: at, isNew }: ReportAcknowledgement): Marked {
  return {
    mark: { text: rule, tone: 'plain' },
    what: line`${subject}: ${reason}${isNew === true ? line` ${badge('new', 'warn')}` : ''}`,
    why: [place(shortPlace(at))],
  };
}
