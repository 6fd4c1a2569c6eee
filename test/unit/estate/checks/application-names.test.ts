import { changed, CUSTOMERS } from '../../../support/entra-estate';
import { planOf, report } from '../../../support/estate-files';

test('two applications of one name are refused, since the program would not make the second one', () => {
  expect(report(planOf(changed(CUSTOMERS, 'displayName: Claims\n', 'displayName: Claims API\n')))).toEqual([
    'error duplicate-application-name estate.yaml:10:18 customers.webApplication.displayName: "Claims API" is the name of both applications (a different name for each) [see estate.yaml:5:18]',
  ]);
});

test('names that differ in case are two names', () => {
  expect(report(planOf(changed(CUSTOMERS, 'displayName: Claims\n', 'displayName: CLAIMS API\n')))).toEqual([]);
});
