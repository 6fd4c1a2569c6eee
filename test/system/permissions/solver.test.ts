import { describeWithTool, packagesOf } from '../../support/tools';
import { acceptance } from '../../support/permissions/acceptance';

describeWithTool({ ...packagesOf('system'), title: 'z3' }, () => {
  test('finds no request that a random pair of policies tells apart from the difference of the library', () => {
    expect(acceptance('solver', 300)).toMatchObject({ count: 300, differing: [] });
  });
});
