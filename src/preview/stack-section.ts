import type { Section, Spans } from './blocks/block';
import { aside, code, line, name, only, table } from './blocks/make';
import { actionCountsText, count } from './blocks/text';
import type { PlacementOutcome } from './facts';
import type { Report } from './report';
import type { StackOperation } from './stack-operations';

interface Row {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly contents: string;
}

/** Stacks of AWS, in the order of the estate, with what a deployment does to them. */
export function stackSection(report: Report): Section {
  const rows = rowsOf(report);
  const operations = new Map((report.changes?.operations ?? []).map((one) => [one.stack, one]));
  const columns = ['Stack', 'Account', 'Region', 'Contents', ...(operations.size > 0 ? ['Resources'] : [])];
  return {
    id: 'deployment',
    title: 'Stacks',
    blocks: [
      ...(report.synthesis === 'skipped' && rows.length > 0
        ? [aside(line`Templates were not synthesised: there are errors.`)]
        : []),
      table(
        'Stacks',
        columns,
        rows.map((row): readonly Spans[] => [
          [name(row.name)],
          line`${row.account}`,
          line`${row.region}`,
          line`${row.contents}`,
          ...(operations.size > 0 ? [operationSpans(operations.get(row.name))] : []),
        ]),
      ),
      only(['page'], rows.length > 0 ? [] : [aside(line`There is no stack to deploy.`)]),
      ...placementBlocks(report),
    ],
  };
}

function rowsOf({ stacks, serviceStacks, hosting }: Report): readonly Row[] {
  const access = stacks.map(({ permissionSets, shards, ...stack }) => {
    const assignments = shards.reduce((sum, shard) => sum + shard.assignments, 0);
    const sizes = [count(permissionSets, 'permission set'), count(assignments, 'assignment')];
    return { ...stack, contents: `${sizes.join(', ')} in ${count(shards.length, 'shard')}` };
  });
  const hosted =
    hosting === undefined
      ? []
      : hosting.stacks.map((stack) => ({ ...stack, account: hosting.account, region: hosting.region }));
  const others = [...serviceStacks, ...hosted].map(({ resources, ...stack }) => ({
    ...stack,
    contents: resources === undefined ? '' : count(resources, 'resource'),
  }));
  return [...access, ...others];
}

function operationSpans(operation: StackOperation | undefined): Spans {
  return operation === undefined ? [] : line`${actionCountsText(operation)}`;
}

const PLACEMENT_WORDS: Readonly<Record<PlacementOutcome, string>> = {
  fresh: 'is up to date',
  written: 'was written: commit it',
  stale: 'is stale',
  missing: 'is missing',
  conflicted: 'has conflict markers of a merge',
  'not-written': 'was not written: there are errors',
};

function placementBlocks({ placement }: Report): Section['blocks'] {
  if (placement === undefined) return [];
  const told = aside(line`${code(placement.file)} ${PLACEMENT_WORDS[placement.outcome]}.`);
  return [only(placement.outcome === 'fresh' ? ['page'] : ['markdown', 'page'], [told])];
}
