import { describeWithTool, packagesOf } from '../../support/tools';
import { acceptance } from '../../support/permissions/acceptance';

describeWithTool({ ...packagesOf('docs'), title: 'the history of AWS managed policies' }, () => {
  test('no request tells random versions apart that the difference of the library does not', () => {
    expect(acceptance('history', 40)).toMatchObject({ count: 40, beyond: [], differing: [] });
  });
});
