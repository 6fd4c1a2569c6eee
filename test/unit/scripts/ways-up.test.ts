import { compareWays, parsePath } from '../../../scripts/reference/ways-up';

/** A path in the form of pathfinding.cloud's `data/paths`, shortened. */
const path = (
  id: string,
  { required = ['iam:PassRole', 'demo:Start'], category = 'new-passrole', admin = 'A role' } = {},
) => `id: ${id}
name: ${required.join(' + ')}
category: ${category}
services:
- iam
description: Somebody with \`demo:Start\` can start a thing
  with a role.
prerequisites:
  admin:
  - ${admin} must exist
  lateral:
  - A role must exist
permissions:
  required:
${required.map((permission) => `  - permission: ${permission}\n    resourceConstraints: Any`).join('\n')}
  additional:
  - permission: iam:ListRoles
    resourceConstraints: Helpful
references:
- title: A page
  url: https://example.com
references: []
`;
const read = (...texts: readonly string[]) => texts.map((text) => parsePath('demo.yaml', text));
const OURS = read(path('demo-001'), path('demo-002'), path('demo-003'), path('demo-004'), path('demo-005'));

test('equal paths differ in nothing, whatever the order of their permissions', () => {
  const reversed = path('demo-001', { required: ['demo:Start', 'iam:PassRole'] });
  expect(compareWays(read(reversed, path('demo-002')), OURS.slice(0, 2))).toEqual([]);
});

test('what was added, removed or changed has a line each', () => {
  const theirs = read(
    path('demo-002', { required: ['iam:PassRole', 'demo:Create', 'demo:Start'] }),
    path('demo-003', { category: 'self-escalation' }),
    path('demo-004', { admin: 'A thing' }),
    path('demo-005'),
    path('demo-006'),
  );
  const lines = compareWays(theirs, OURS);
  expect(lines.map((line) => line.split(/[: ]/)[0])).toEqual([
    'demo-001',
    'demo-002',
    'demo-003',
    'demo-004',
    'demo-006',
  ]);
  expect(lines[1]).toContain('requires demo:Create, demo:Start, iam:PassRole instead of demo:Start, iam:PassRole');
});

test('each path of our catalogue is compared, and one that is gone everywhere shows', () => {
  expect(compareWays([])).toHaveLength(65);
});

test('a file in another form is refused with its name', () => {
  expect(() => parsePath('demo/demo-001.yaml', 'id: demo-001\ncategory: new-passrole\n')).toThrow('demo/demo-001.yaml');
});

test('a path without prerequisites is one', () => {
  const [first] = read(path('demo-001').replace(/prerequisites:[^]*permissions:/, 'permissions:'));
  expect(first).toMatchObject({ id: 'demo-001', required: ['iam:PassRole', 'demo:Start'] });
});
