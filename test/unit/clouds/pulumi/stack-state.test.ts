import { parseStackState } from '../../../../src/clouds/pulumi/stack-state';

const group = {
  urn: 'urn:pulumi:sandbox-workforce::project::identity:entra:WorkforceGroups$azuread:index/group:Group::workforce-A::B',
  custom: true,
  type: 'azuread:index/group:Group',
};

test('reads resources and what a run was at work on, by names that may hold colons', () => {
  const text = JSON.stringify({
    version: 3,
    deployment: {
      manifest: { time: '2026-06-01T12:00:00.414118133Z' },
      resources: [
        {
          ...group,
          id: '/groups/1',
          created: '2026-05-01T12:00:00Z',
          inputs: { displayName: 'A::B' },
          outputs: { objectId: '1' },
        },
      ],
      pending_operations: [{ resource: group, type: 'creating' }],
    },
  });
  const common = { urn: group.urn, type: group.type, name: 'workforce-A::B', isDeclared: true };
  expect(parseStackState('sandbox-workforce', text)).toEqual({
    resources: [
      {
        ...{ ...common, id: '/groups/1', inputs: { displayName: 'A::B' }, outputs: { objectId: '1' } },
        createdAt: Date.parse('2026-05-01T12:00:00Z'),
      },
    ],
    pending: [
      {
        type: 'creating',
        resource: { ...common, id: undefined, inputs: {}, outputs: {}, createdAt: Number.NaN },
      },
    ],
    savedAt: Date.parse('2026-06-01T12:00:00.414Z'),
  });
});

test('a stack that was never deployed has nothing', () => {
  expect(parseStackState('sandbox-workforce', '{"version":3,"deployment":{}}')).toEqual({
    ...{ resources: [], pending: [] },
    savedAt: Number.NaN,
  });
});

test.each(['delete', 'pendingReplacement'])('what a replacement deletes is not what the stack has: %s', (mark) => {
  const text = JSON.stringify({ deployment: { resources: [{ ...group, id: '/groups/1', [mark]: true }] } });
  expect(parseStackState('sandbox-workforce', text).resources).toEqual([]);
});

test('says so where Pulumi answered with something else', () => {
  expect(() => parseStackState('sandbox-workforce', 'no stack')).toThrow(
    'pulumi stack export of sandbox-workforce did not answer with the state of a stack',
  );
});
