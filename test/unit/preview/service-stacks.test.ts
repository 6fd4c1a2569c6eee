import { memoryFolder } from '../../support/large-estate';
import { gatherFacts } from '../../../src/preview/gather-facts';
import { renderHtml } from '../../../src/preview/render-html';
import { renderMarkdown, renderTerminal } from '../../../src/preview/render';
import { buildReport } from '../../../src/preview/report';
import { synthesizeEstate } from '../../../src/preview/engine/synthesize';
import { hostedFiles, ownServices } from '../../support/hosting';
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

test('a service that runs elsewhere has no size here, and a digest is shown as far as people compare it', () => {
  const synthesize = () => ({ templates: [], issues: [] });
  const folder = memoryFolder('sandbox', hostedFiles(ownServices));
  const ofCompany = buildReport(gatherFacts(folder, { synthesize, writesPlacement: true }));
  const shown = renderTerminal(ofCompany, { colour: false, files: [] });
  expect(shown).toMatch(/^ {2}crm +runs elsewhere\s*$/m);
  expect(shown).toContain(`orders@sha256:${'0'.repeat(12)}…`);
  expect(ofCompany.hosting?.services.map(({ image }) => image)).toContain(
    `210000000011.dkr.ecr.eu-west-1.amazonaws.com/orders@sha256:${'0'.repeat(64)}`,
  );
});
