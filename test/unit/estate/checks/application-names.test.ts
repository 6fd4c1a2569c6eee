import { changed, CUSTOMERS } from '../../../support/entra-estate';
import { planOf, codesAndPlaces } from '../../../support/estate-files';

test('two applications of one name are refused, since the program would not make the second one', () => {
  expect(codesAndPlaces(planOf(changed(CUSTOMERS, 'displayName: Claims\n', 'displayName: Claims API\n')))).toEqual([
    'error duplicate-application-name estate.yaml:10:18 customers.webApplication.displayName [see estate.yaml:5:18]',
  ]);
});

test('names that differ in case are two names', () => {
  expect(codesAndPlaces(planOf(changed(CUSTOMERS, 'displayName: Claims\n', 'displayName: CLAIMS API\n')))).toEqual([]);
});
