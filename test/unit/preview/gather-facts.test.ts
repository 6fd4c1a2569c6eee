import { PLACEMENT_FILE } from '../../../src/estate/source/estate-folder';
import { planFacts } from '../../../src/preview/gather-facts';
import { memoryFolder } from '../../support/large-estate';
import { sandboxFiles } from '../../support/sandbox';

/** An assignment, and its shard before the dot. */
const ROW = /^ *"\d{12}\/.* \d+\.\d+",\n/gm;

test('a plan is known by whether earlier placements prevail over the file', () => {
  const files = sandboxFiles();
  const placed = files[PLACEMENT_FILE] ?? '';
  const [first = '', moved = ''] = placed.match(ROW) ?? [];
  const text = placed.replace(first, '').replace(moved, moved.replace(/\d+(?=\.\d+",\n$)/, '2'));
  const [prevailing, filling] = [true, false].map((prevail) => {
    const folder = memoryFolder('sandbox', { ...files, [PLACEMENT_FILE]: text });
    const earlierPlacements = { prevail: () => prevail, texts: () => [placed] };
    return planFacts({ ...folder, earlierPlacements }, { writesPlacement: true }).head;
  });
  const rowsOf = (side: typeof prevailing) => side?.plan.access?.placement.text.match(ROW) ?? [];
  expect(rowsOf(prevailing)).toContain(moved);
  expect(rowsOf(filling)).not.toContain(moved);
  expect(prevailing?.files).not.toEqual(filling?.files);
});
