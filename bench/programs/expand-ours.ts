import { expandAccess } from '../../src/estate/sections/access/plan/expand';
import { parseOrganization } from '../../src/estate/source/organization';
import { WHOLE_ESTATE } from '../../src/estate/sections/estate-schema';
import { parseEstate } from '../../src/estate/sections/parse-estate';
import { deepEstate } from '../deep-organization';

/** Expansion of about a million assignments; parsing is not timed, the time of expansion alone goes to standard output. */
const files = deepEstate();
const { estate } = parseEstate(
  { name: 'deep', value: JSON.parse(String(files['estate.yaml'])) },
  WHOLE_ESTATE,
  () => undefined,
);
const { organization } = parseOrganization(JSON.parse(String(files['organization.json'])));
if (estate.access === undefined || organization === undefined) throw new Error('the made-up estate is faulty');
const start = performance.now();
const { assignments } = expandAccess(estate, estate.access, organization);
console.log(JSON.stringify({ assignments: assignments.length, seconds: (performance.now() - start) / 1000 }));
