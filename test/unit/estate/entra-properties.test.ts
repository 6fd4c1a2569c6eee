import { Ajv2020 } from 'ajv/dist/2020';
import fc from 'fast-check';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import { redirectUrisOf } from '../../../src/estate/sections/customers/customers';
import { estateJsonSchema } from '../../../src/estate/reference/json-schema';
import { EDITOR_KEYWORDS } from '../../support/editor-keywords';
import type { EntraWords } from '../../support/entra-arbitraries';
import { entraWords, soundEntraWords, withListsReversed } from '../../support/entra-arbitraries';
import { planOf } from '../../support/estate-files';
import { runs } from '../../support/runs';

const RUNS = runs(300);
const isValid = new Ajv2020({ keywords: EDITOR_KEYWORDS }).compile(estateJsonSchema());

/** JSON is YAML. */
function plan(words: EntraWords): EstatePlan {
  return planOf(JSON.stringify(words, undefined, 2));
}

function codesOf({ findings }: EstatePlan): readonly string[] {
  return findings.map(({ code, severity }) => `${severity} ${code}`).toSorted();
}

test('the order of hosts, scopes, flows, groups, certificates and mappings changes no finding', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(entraWords, (words) => {
      const codes = codesOf(plan(words));
      for (const code of codes) seen.add(code);
      expect(codesOf(plan(withListsReversed(words)))).toEqual(codes);
    }),
    RUNS,
  );
  expect(seen.size).toBeGreaterThan(RUNS.numRuns / 12);
});

test('what is sound has no error, is valid for editors too, and is read whole', () => {
  fc.assert(
    fc.property(soundEntraWords, (words) => {
      const { estate, findings } = plan(words);
      expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(isValid(words)).toBe(true);
      const { customers, workforce } = estate;
      expect(customers?.userFlows).toHaveLength(words.customers.userFlows.length);
      expect(workforce?.awsApplication?.assignedGroups.map(({ name }) => name)).toEqual(
        words.workforce.awsApplication.assignedGroups,
      );
      const uris = customers === undefined ? [] : redirectUrisOf(customers.webApplication);
      expect(new Set(uris).size).toBe(2 * words.customers.webApplication.hosts.length);
    }),
    RUNS,
  );
});

test('every finding stands where its value is', () => {
  fc.assert(
    fc.property(entraWords, (words) => {
      const text = JSON.stringify(words, undefined, 2);
      const lines = text.split('\n');
      for (const { value, line, path } of planOf(text).findings) {
        // A state that is off by default stands nowhere.
        if (value === undefined || path.endsWith('.multifactor.state')) continue;
        expect(lines[line - 1]).toContain(value);
      }
    }),
    RUNS,
  );
});
