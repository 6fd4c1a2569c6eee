import { fold } from '../../../src/permissions/fold';
import { parsePolicy, unread } from '../../../src/permissions/policy';
import { allowedBy, beyond, type Side, sideOf } from '../../../src/permissions/side';

type Written = Readonly<Record<string, unknown>>;

function side(...statements: readonly Written[]): Side {
  const document = {
    Version: '2012-10-17',
    Statement: statements.map((one) => ({ Effect: 'Allow', Resource: '*', ...one })),
  };
  return sideOf({ identity: parsePolicy(document, 'a policy') });
}

const gained = (before: readonly Side[], after: readonly Side[]) =>
  fold(
    beyond(
      after.flatMap((one) => allowedBy(one)),
      before.flatMap((one) => allowedBy(one)),
    ),
  );

const reads = side({ Action: 's3:GetObject' });
const admin = side({ Action: '*' });

test('what one session allowed before is not gained by another one', () => {
  const both = side({ Action: ['s3:GetObject', 's3:DeleteObject'] });
  expect(gained([reads], [both]).parts.map(({ services }) => services)).toEqual([
    [{ service: 's3', levels: [{ level: 'Write', actions: 1, names: ['DeleteObject'] }] }],
  ]);
  expect(gained([side({ Action: 's3:DeleteObject' }), reads], [both])).toEqual({
    parts: [],
    unread: [],
    unreadDenials: [],
    unless: [],
  });
});

test('everything is said in one word, not in names', () => {
  const [part, ...others] = gained([], [admin]).parts;
  expect(others).toEqual([]);
  expect(part).toMatchObject({ services: [], but: [] });
  expect(JSON.stringify(part).length).toBeLessThan(500);
});

test('everything but what there was names that alone', () => {
  const { parts } = gained([reads], [admin]);
  expect(parts).toMatchObject([
    { but: [{ service: 's3', levels: [{ level: 'Read', actions: 1, names: ['GetObject'] }] }] },
  ]);
});

test('a service in whole has no names', () => {
  expect(gained([], [side({ Action: 'sts:*' })]).parts.flatMap(({ services }) => services)).toEqual([
    {
      service: 'sts',
      levels: [
        { level: 'Write', actions: 10 },
        { level: 'Tagging', actions: 2 },
        { level: 'Read', actions: 4 },
      ],
    },
  ]);
});

test('actions are told by resources and by condition', () => {
  const now = side(
    { Action: 's3:GetObject', Resource: 'arn:aws:s3:::claims/*' },
    { Action: 's3:DeleteObject', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } },
  );
  const told = gained([], [now]).parts.map(({ resources, condition }) => ({ resources, condition }));
  expect(told).toEqual([{ resources: 'arn:aws:s3:::claims/*' }, { condition: 'aws:MultiFactorAuthPresent is true' }]);
});

test('a condition that goes is what was not met before', () => {
  const condition = { StringEquals: { 'aws:PrincipalTag/team': 'claims' } };
  const { parts } = gained(
    [side({ Action: 's3:DeleteObject', Condition: condition })],
    [side({ Action: 's3:DeleteObject' })],
  );
  expect(parts.map((part) => part.condition)).toEqual(['not (aws:PrincipalTag/team is claims)']);
});

test('an action that AWS does not have is told as it is written', () => {
  expect(gained([], [side({ Action: 'zz:Nothing' })]).parts).toMatchObject([{ actions: 0, unlisted: 'zz:nothing' }]);
});

test('a policy that nobody has read is named, and never counts as nothing', () => {
  const closed = sideOf({ identity: unread('Closed') });
  expect(gained([], [closed])).toEqual({ parts: [], unread: ['Closed'], unreadDenials: [], unless: [] });
  const more = sideOf({
    identity: [
      ...unread('Closed'),
      ...parsePolicy({ Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } }, 'a policy'),
    ],
  });
  expect(gained([closed], [more])).toMatchObject({ parts: [{ actions: 1 }], unread: [], unless: ['Closed'] });
});

test('a policy that nobody has read and that goes may have denied what is allowed now', () => {
  const everything = parsePolicy({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }, 'a policy');
  const both = sideOf({ identity: [...unread('Closed'), ...everything] });
  expect(gained([both], [admin])).toEqual({ parts: [], unread: [], unreadDenials: ['Closed'], unless: [] });
});
