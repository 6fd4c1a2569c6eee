import { beginPart, beginTable, noteRatios, watchedRatios, worsened } from '../../../bench/watched';

const PAGE = `
| What | Ratio |
| --- | --- |
| synth, cdk synth of 100, Processor time | 0.5x |
| synth, cdk synth of 100, Memory         | 0.70x |
| api, requests, Ratio | 1.4x |
`;

function note(part: string, cells: Readonly<Record<string, string>>): void {
  beginPart(part);
  beginTable(Object.keys(cells));
  noteRatios(Object.values(cells));
}

test('a ratio that is worse by more than a fifth is told, and one that the page lacks', () => {
  note('synth', {
    What: 'cdk synth of 100',
    Ours: '2.07 s',
    'Processor time': '0.61x (0.5x to 0.7x)',
    Memory: '0.83x',
  });
  note('api', { What: 'requests', Ratio: '1.1x' });
  note('web', { What: 'requests', Ratio: '2x' });
  expect(watchedRatios()).toContain('| synth, cdk synth of 100, Processor time | 0.61x |');
  expect(worsened(PAGE)).toEqual([
    expect.stringMatching(/^synth, cdk synth of 100, Processor time: 0.61x/),
    expect.stringMatching(/^api, requests, Ratio: 1.1x/),
    expect.stringMatching(/^web, requests, Ratio: 2x/),
  ]);
  note('api', { What: 'requests', Ratio: '1.9x' });
  expect(worsened(PAGE)).toHaveLength(2);
});
