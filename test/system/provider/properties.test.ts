import fc from 'fast-check';
import {
  attributeSource,
  constantSource,
  type Edit,
  editSchema,
  withDefaults as schemaDefaults,
} from '../../../provider/synchronization/edit-schema';
import { diffInputs } from '../../../provider/diff';
import { isSame, satisfies, textOf, type Properties, type Value } from '../../../provider/values';
import { FakeGraph } from '../../support/fake-graph';
import { gallerySchema } from '../../support/fake-graph-service-principals';
import { fixDay } from '../../support/fixed-day';
import { GraphStack } from '../../support/graph-stack';

fixDay('2026-11-25');

const values: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), tie('value'), { maxKeys: 3 }),
  ),
})).value;

const targets = ['userName', 'active', 'externalId', 'displayName', 'locale', 'title'] as const;
const sources = fc.oneof(fc.stringMatching(/^[a-z]{1,8}$/).map(attributeSource), fc.string().map(constantSource));
const edits: fc.Arbitrary<readonly Edit[]> = fc.uniqueArray(
  fc
    .tuple(fc.constantFrom(...targets), fc.option(sources))
    // The attribute that matches can't go.
    .map(([targetAttribute, source]): Edit => ({
      edit: { objectName: 'User', targetAttribute },
      fields: source === null && targetAttribute !== 'userName' ? null : { source: source ?? attributeSource('mail') },
    })),
  { selector: ({ edit }) => edit.targetAttribute },
);

/** A schema with fields at every level that nobody knows. */
const schemas = fc.tuple(values, values, values).map(([top, inRule, inMapping]): Properties => {
  const schema = structuredClone(gallerySchema()) as unknown as Properties & {
    synchronizationRules: { extra?: Value; objectMappings: { extra?: Value }[] }[];
  };
  const [rule] = schema.synchronizationRules;
  if (rule !== undefined)
    Object.assign(rule, {
      extra: inRule,
      objectMappings: rule.objectMappings.map((one) => ({ ...one, extra: inMapping })),
    });
  return { ...schema, extra: top };
});

const userMappings = (schema: Properties): readonly Properties[] => {
  const rules = schema['synchronizationRules'] as unknown as readonly {
    objectMappings: readonly { attributeMappings: readonly Properties[] }[];
  }[];
  return rules[0]?.objectMappings[0]?.attributeMappings ?? [];
};

const byTarget = (schema: Properties) =>
  userMappings(schema).toSorted((one, other) =>
    textOf(one['targetAttributeName']) < textOf(other['targetAttributeName']) ? -1 : 1,
  );

describe('edits of a schema', () => {
  test('give the same mappings in any order', () => {
    fc.assert(
      fc.property(
        schemas,
        edits.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all], { minLength: all.length }))),
        (schema, [one, other]) => {
          expect(byTarget(editSchema(schema, one))).toEqual(byTarget(editSchema(schema, other)));
        },
      ),
    );
  });

  test('made twice change nothing more', () => {
    fc.assert(
      fc.property(schemas, edits, (schema, all) => {
        const once = editSchema(schema, all);
        expect(isSame(editSchema(once, all), once)).toBe(true);
      }),
    );
  });

  test('keep every field that they do not name, known or not', () => {
    fc.assert(
      fc.property(schemas, edits, (schema, all) => {
        const edited = editSchema(schema, all);
        const emptied = (one: Properties): unknown =>
          JSON.parse(JSON.stringify(one, (key, value: unknown) => (key === 'attributeMappings' ? [] : value)));
        expect(emptied(edited)).toEqual(emptied(schema));
        const named = new Set(all.map(({ edit }) => edit.targetAttribute));
        const others = (one: Properties) =>
          userMappings(one).filter((mapping) => !named.has(textOf(mapping['targetAttributeName'])));
        expect(others(edited)).toEqual(others(schema));
        for (const mapping of userMappings(edited)) {
          const before = userMappings(schema).find(
            (one) => one['targetAttributeName'] === mapping['targetAttributeName'],
          );
          if (before !== undefined) expect(mapping).toEqual({ ...before, source: mapping['source'] });
        }
      }),
    );
  });

  test('never change the schema that they were given', () => {
    fc.assert(
      fc.property(schemas, edits, (schema, all) => {
        const before = structuredClone(schema);
        editSchema(schema, all);
        expect(schema).toEqual(before);
      }),
    );
  });

  test('in another order are no difference', () => {
    const declared = fc.uniqueArray(
      fc.record({ targetAttribute: fc.constantFrom(...targets), constant: fc.string() }),
      { selector: ({ targetAttribute }) => targetAttribute },
    );
    fc.assert(
      fc.property(
        declared.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all], { minLength: all.length }))),
        ([one, other]) => {
          const inputs = (attributeMappings: Value) =>
            schemaDefaults({ servicePrincipalId: 's', jobId: 'j', attributeMappings });
          expect(diffInputs({ replaceOn: [] }, inputs(one), inputs(other)).changes.size).toBe(0);
        },
      ),
    );
  });
});

describe('differences', () => {
  const properties = fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), values, { maxKeys: 4 });

  test('there is none between a declaration and itself, whatever Graph adds', () => {
    fc.assert(
      fc.property(properties, properties, (declared, added) => {
        expect(diffInputs({ replaceOn: [] }, { ...added, ...declared }, declared).changes.size).toBe(0);
      }),
    );
  });

  test('there is one whenever what is declared is not what is there', () => {
    fc.assert(
      fc.property(properties, properties, (olds, news) => {
        expect(diffInputs({ replaceOn: [] }, olds, news).changes.size === 0).toBe(
          satisfies(olds, news) || isOnlyNested(olds, news),
        );
      }),
    );
  });

  /** Inside of lists, too, a key that is left out is no difference. */
  const isOnlyNested = (old: unknown, value: unknown): boolean => {
    if (Array.isArray(old) && Array.isArray(value))
      return old.length === value.length && value.every((item, at) => isOnlyNested(old[at], item));
    if (
      typeof old === 'object' &&
      typeof value === 'object' &&
      old !== null &&
      value !== null &&
      !Array.isArray(old) &&
      !Array.isArray(value)
    ) {
      return Object.entries(value).every(([key, inner]) => isOnlyNested((old as Properties)[key], inner));
    }
    return isSame(old, value);
  };
});

describe('a resource that was just created', () => {
  let graph: FakeGraph;

  beforeAll(async () => {
    graph = await new FakeGraph().start();
  });

  afterAll(() => graph.stop());

  const attribute = fc.record(
    {
      attribute: fc.constantFrom('Given Name', 'surname', 'CITY', 'Email Address', 'extension_0a1b_Plan'),
      isOptional: fc.boolean(),
      displayName: fc.stringMatching(/^[A-Za-z]{1,8}$/),
      userInputType: fc.constantFrom('textBox', 'radioSingleSelect', 'emailBox'),
      userAttributeValues: fc.array(
        fc.record({ name: fc.constant('A'), value: fc.constant('a'), isDefault: fc.boolean() }),
        { minLength: 1, maxLength: 2 },
      ),
    },
    { requiredKeys: ['attribute'] },
  );

  const flow: fc.Arbitrary<Properties> = fc.record(
    {
      userFlowId: fc.constantFrom('B2C_1_a', 'B2C_1_b-c'),
      userFlowType: fc.constantFrom('signUp', 'signIn', 'passwordReset'),
      userFlowTypeVersion: fc.constantFrom(1, 3),
      attributes: fc.uniqueArray(attribute, { selector: ({ attribute: name }) => name, maxLength: 4 }),
      identityProviders: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
      multifactor: fc.record(
        { state: fc.constantFrom('off', 'on', 'conditional'), method: fc.constantFrom('email', 'phoneSms') },
        { requiredKeys: ['state'] },
      ),
      claims: fc.uniqueArray(fc.constantFrom('objectId', 'givenName', 'city')),
    },
    { requiredKeys: ['userFlowId', 'userFlowType'] },
  );

  test('reads without a difference after a refresh', async () => {
    await fc.assert(
      fc.asyncProperty(flow, fc.subarray(['email', 'city']), async (declared, added) => {
        graph.flows.flows.clear();
        graph.flows.addsByItself = added;
        const stack = new GraphStack(graph, 'UserFlow');
        await stack.up(declared);
        await stack.refresh();
        expect([...stack.preview(declared).changes]).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('reads without a difference, for any edits of a schema', async () => {
    const edit = fc.oneof(
      fc.record({ targetAttribute: fc.constantFrom(...targets), sourceAttribute: fc.stringMatching(/^[a-z]{1,6}$/) }),
      fc.record({
        targetAttribute: fc.constantFrom(...targets),
        constant: fc.string(),
        flowType: fc.constantFrom('Always', 'ObjectAddOnly'),
      }),
      fc.record({ targetAttribute: fc.constantFrom('active', 'title'), remove: fc.constant(true) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(edit, { selector: ({ targetAttribute }) => targetAttribute }),
        async (attributeMappings) => {
          graph.servicePrincipals.add('sp-1', ['job']);
          const stack = new GraphStack(graph, 'SynchronizationSchema');
          const declared = { servicePrincipalId: 'sp-1', jobId: 'job', attributeMappings };
          await stack.up(declared);
          await stack.refresh();
          expect([...stack.preview(declared).changes]).toEqual([]);
          await stack.destroy();
          const schema = graph.servicePrincipals.all.get('sp-1')?.jobs.get('job')?.schema ?? {};
          const sorted = (one: unknown) => byTarget(one as Properties);
          expect(sorted(schema)).toEqual(sorted(gallerySchema()));
        },
      ),
      { numRuns: 60 },
    );
  });
});
