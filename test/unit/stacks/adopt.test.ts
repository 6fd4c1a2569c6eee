import * as pulumi from '@pulumi/pulumi';
import { adoptResources, parseAdoption } from '../../../stacks/entra/adopt';

const TYPE = 'test:index:Thing';

class Thing extends pulumi.CustomResource {}

/** Ids by which a program's resources are imported; undefined for one that is created. */
async function importsOf(adoption: Readonly<Record<string, string>>, names: readonly string[]) {
  const imports = new Map<string, string>();
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }),
    call: () => ({}),
  });
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource: (request: { getName(): string; getImportid(): string }, done: unknown) => unknown;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, done) => {
    imports.set(request.getName(), request.getImportid());
    return register(request, done);
  };
  await pulumi.runtime.runInPulumiStack(() => {
    adoptResources(adoption);
    for (const name of names) new Thing(TYPE, name, {});
    return Promise.resolve({});
  });
  await pulumi.runtime.disconnect();
  return Object.fromEntries(names.map((name) => [name, imports.get(name)]));
}

test('takes over what the file names, and nothing else', async () => {
  expect(await importsOf({ [`${TYPE}::a`]: '/things/1', 'test:index:Other::b': '/others/1' }, ['a', 'b'])).toEqual({
    a: '/things/1',
    b: '',
  });
});

test.each(['[]', '{', '{"a": "b"}', '{"a::b": 1}'])('refuses %s, which the import did not write', (text) => {
  expect(() => parseAdoption('plan/x.json', text)).toThrow(
    'plan/x.json of the config `adopt` must be a file of `npx --no entra-aws import --from entra`',
  );
});
