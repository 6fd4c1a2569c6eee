import { memoryFolder } from '../../support/large-estate';
import { gatherFacts } from '../../../src/preview/gather-facts';
import { renderHtml } from '../../../src/preview/render-html';
import { renderMarkdown, renderTerminal } from '../../../src/preview/render';
import { buildReport } from '../../../src/preview/report';
import { synthesizeEstate } from '../../../src/preview/engine/synthesize';
import { watchedFiles } from '../../support/watch';

const files = watchedFiles(({ leavers }) => {
  delete leavers?.clientId;
});
const report = buildReport(
  gatherFacts(memoryFolder('sandbox', files), { synthesize: (plan) => synthesizeEstate(plan), writesPlacement: true }),
);

test('every format lists what watches over the workforce, with where it goes and how much it is', () => {
  const [watch, ...others] = report.serviceStacks;
  expect([watch, others]).toEqual([
    {
      name: 'sandbox-workforce-watch',
      role: 'workforce-watch',
      account: '210000000001',
      region: 'eu-west-1',
      resources: expect.any(Number) as number,
    },
    [],
  ]);
  const size = `${watch?.resources ?? 0} resources`;
  expect(renderTerminal(report, { colour: false, files: [] })).toContain(
    `  sandbox-workforce-watch  210000000001  eu-west-1  ${size}`,
  );
  expect(renderMarkdown(report)).toContain(
    `| <code>sandbox-workforce-watch</code> | 210000000001 | eu-west-1 | ${size} |`,
  );
  expect(renderHtml(report)).toContain(
    '<th scope="row"><span class="name">sandbox-workforce-watch</span></th><td>210000000001</td><td>eu-west-1</td>',
  );
});
