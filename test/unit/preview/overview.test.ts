import { boxesOf, stepsOf } from '../../../src/preview/blocks/lanes';
import { drawDown } from '../../../src/preview/blocks/page-lanes';
import type { BlockOf } from '../../../src/preview/blocks/block';
import { renderHtml } from '../../../src/preview/render-html';
import { overviewOf } from '../../../src/preview/sections';
import type { Report } from '../../../src/preview/report';
import { memoryFolder } from '../../support/large-estate';
import { changedSandboxWithPrograms } from '../../support/preview/changed-sandbox';
import { reportOf, reportOfFolders, simpleEstate } from '../../support/preview/reports';
import { sandboxFiles } from '../../support/sandbox';

function lanesOf(report: Report): BlockOf<'lanes'>['lanes'] {
  const [block] = overviewOf(report);
  return block?.kind === 'lanes' ? block.lanes : [];
}

/** `Pulumi > Entra ID: 24 resources, 1 changed, ! 2 deleted` */
function steps(report: Report): readonly string[] {
  const lanes = lanesOf(report);
  return stepsOf(lanes)
    .filter(({ column }) => column > 0)
    .map(({ item: { amount, changes }, column, first }) => {
      const [from, to] = lanes[first]?.boxes.slice(column) ?? [];
      const told = changes.map(({ text, isDanger }) => (isDanger === true ? `! ${text}` : text));
      return `${from?.title ?? ''} > ${to?.title ?? ''}: ${[amount ?? '', ...told].join(', ')}`;
    });
}

test('shows what each engine changes, and what it means for people', async () => {
  expect(steps(await changedSandboxWithPrograms())).toEqual([
    'Pulumi > Entra ID: 24 resources, 1 changed, ! 2 deleted',
    'CDK > AWS: 2 stacks',
    'Pulumi > Azure AD B2C: 12 resources, 4 changed, ! 1 deleted',
    'Bicep > Azure: 21 resources',
    'Entra ID > Staff: 6 groups, ! 3 dangers',
    'AWS > Staff: 42 assignments, 1 pending, 5 gained, 7 lost, ! 1 danger',
    'Azure AD B2C > Customers: 3 user flows, ! 5 dangers',
  ]);
});

const hosting: Report['hosting'] = {
  environment: 'sandbox',
  platform: 'app-runner',
  account: '210000000011',
  region: 'eu-west-1',
  place: { file: 'estate.yaml', line: 1, column: 1 },
  address: { kind: 'pending', text: '' },
  services: [],
  tables: [],
  settings: [],
  notices: [],
  stacks: [],
};

test('lanes beside each other share the boxes of the estate, of CDK, of AWS and of people', () => {
  const report = reportOfFolders(memoryFolder('sandbox', sandboxFiles()));
  const boxes = boxesOf(lanesOf({ ...report, hosting }));
  expect(boxes.map(({ item, first, last }) => `${item.title} ${first}-${last}`)).toEqual([
    'sandbox 0-4',
    'Pulumi 0-0',
    'CDK 1-2',
    'Pulumi 3-3',
    'Bicep 4-4',
    'Entra ID 0-0',
    'AWS 1-2',
    'Azure AD B2C 3-3',
    'Azure 4-4',
    'Staff 0-1',
    'Customers 2-3',
  ]);
});

test('an estate with access alone has one lane, and one without anything no picture', () => {
  expect(steps(reportOf({ estate: simpleEstate() }))).toEqual(['CDK > AWS: 1 stack', 'AWS > Staff: 1 assignment']);
  const report = reportOf({ estate: '{}' });
  expect(overviewOf(report)).toEqual([]);
  expect(renderHtml(report)).not.toContain('<figure class="lanes">');
});

test('in a narrow window no label of a lane runs into that of the next one', async () => {
  const labels = drawDown(lanesOf({ ...(await changedSandboxWithPrograms()), hosting })).steps.flatMap(
    ({ texts }) => texts,
  );
  // As wide as a browser without a font of the page draws a letter.
  const half = ({ text }: { readonly text: string }): number => (text.length * 6.2) / 2;
  const rows = [...Map.groupBy(labels, ({ y }) => y).values()].map((row) => row.toSorted((a, b) => a.x - b.x));
  const beside = rows.flatMap((row) => row.slice(1).map((right, index) => [row[index] ?? right, right] as const));
  expect(beside.length).toBeGreaterThan(5);
  expect(beside.filter(([left, right]) => left.x + half(left) > right.x - half(right))).toEqual([]);
});
