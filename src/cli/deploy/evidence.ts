import type { GatheredRecord } from '../../deploy/pipeline/evidence';
import { type GatheredEvidence, gatherEvidence } from '../../deploy/pipeline/gathered-evidence';
import { evidenceHome } from '../../estate/plan/stacks/stacks';
import { visibleLines } from '../../estate/source/visible';
import type { Section } from '../../preview/blocks/block';
import { line, list, note, table } from '../../preview/blocks/make';
import { renderSections } from '../../preview/blocks/terminal';
import { csvOf } from '../../text/csv';
import { formatted } from '../../text/formats';
import type * as commands from './options';
import { EXIT, hasColours, UsageError } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { readEstate } from '../program/estate';
import { requireTarget } from '../program/local-target';

export async function run(options: OptionsOf<typeof commands.evidence>): Promise<number> {
  const { since: from, until: to, against, csv } = options;
  if (from > to) throw new UsageError(`--since must be no later than --until, got ${from} and ${to}`);
  const { name, plan } = readEstate(options);
  const home = evidenceHome(plan);
  if (home === undefined)
    throw new UsageError(
      `the estate '${name}' keeps no records of deployments; set pipeline.evidence (npx --no entra-aws docs pipeline)`,
    );
  requireTarget(against, { aws: true, graph: [], signIn: false });
  const evidence = await gatherEvidence({ estate: name, home, days: { from, to }, now: new Date() });
  process.stdout.write(csv ? csvOf([COLUMNS, ...evidence.records.map(rowOf)]) : textOf(evidence, options.json));
  // A program that reads the table takes no other line for one of it.
  if (csv)
    process.stderr.write(visibleLines([...evidence.faults, ...gapsNote(evidence)].map((text) => `${text}\n`).join('')));
  return evidence.faults.length === 0 ? EXIT.ok : EXIT.failed;
}

const COLUMNS = ['ended', 'commit', 'result', 'approved', 'changes', 'plan', 'run', 'record'];

function rowOf(record: GatheredRecord): readonly string[] {
  const { ended, commit, result, plan, run, key } = record;
  return [ended, commit, result, approvedBy(record.approvals), changesOf(record.changes), plan, run, key];
}

function approvedBy(approvals: GatheredRecord['approvals']): string {
  if (approvals.state === 'unknown') return 'unknown';
  return approvals.value.map(({ by }) => by).join('; ') || 'no one';
}

function changesOf(changes: GatheredRecord['changes']): string {
  if (changes.state === 'unknown') return 'unknown';
  const texts = changes.value.map(({ number, approvals }) => {
    const people = [...new Set(approvals.map(({ by }) => by))].join(', ') || 'no one';
    return `#${number} (${people})`;
  });
  return texts.join('; ') || 'none';
}

function textOf(evidence: GatheredEvidence, isJson: boolean): string {
  return isJson ? formatted('evidence', evidence) : renderSections(sectionsOf(evidence), { colour: hasColours() });
}

function gapsNote({ gapsKnownFrom: day }: GatheredEvidence): readonly string[] {
  if (day === undefined) return [];
  return [
    `Deployments without a record are only known from ${day} on: the history of the parameter in Systems Manager, or the time for which the bucket keeps records, goes no further back.`,
  ];
}

function sectionsOf(evidence: GatheredEvidence): readonly Section[] {
  const { estate, from, to, records, faults } = evidence;
  const columns = ['Ended', 'Commit', 'Result', 'Approved by', 'Changes, and who approved them', 'Run'];
  const rows = records.map((record) =>
    [
      ...[record.ended.slice(0, 19), record.commit.slice(0, 10), record.result],
      ...[approvedBy(record.approvals), changesOf(record.changes), record.run],
    ].map((text) => line`${text}`),
  );
  return [
    {
      id: 'evidence',
      title: `Deployments of ${estate} from ${from} to ${to}: ${records.length}`,
      blocks: [
        ...(records.length === 0 ? [] : [table('Deployments', columns, rows)]),
        ...(faults.length === 0
          ? []
          : [
              list(
                faults.map((fault) => line`${fault}`),
                faults.length,
              ),
            ]),
        ...gapsNote(evidence).map((text) => note(line`${text}`)),
      ],
    },
  ];
}
