import { accountsSection } from '../../../src/preview/access/estate-sections';
import { blocksFor, type Tree } from '../../../src/preview/blocks/block';
import { reportOf, simpleEstate } from '../../support/preview/reports';

/** Labels of a tree, with those below each. */
const labelsOf = ({ label, children }: Tree): unknown => [label, ...children.map(labelsOf)];

test('a unit is below the longest other path that its own begins with, for a name may hold a slash', () => {
  const organizationalUnits = ['/', '/A', '/A/B/C', '/A/B/C/D', '/AB'];
  const section = accountsSection({ ...reportOf({ estate: simpleEstate() }), organizationalUnits });
  const trees = blocksFor('page', section.blocks).flatMap((block) => (block.kind === 'tree' ? [block.tree] : []));
  expect(trees.map(labelsOf)).toEqual([['Root', ['A', ['B/C', ['D']]], ['AB']]]);
});
