/**
 * A stand-in for azuread's plug-in where there is none: it takes every resource, and gives ids and secrets made of their names.
 * It asks no directory; STAND_IN_CLIENT_IDS has the client ids of applications that are registered in one, by their names.
 */
const { createHash } = require('node:crypto');
const { main } = require('@pulumi/pulumi/provider');

/** @param {string} text */
function idOf(text) {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const CLIENT_IDS = JSON.parse(process.env.STAND_IN_CLIENT_IDS ?? '{}');

/** @param {string} urn */
function outputsOf(urn, inputs) {
  const of = (/** @type {string} */ what) => idOf(`${urn} ${what}`);
  const clientId = CLIENT_IDS[urn.split('::').at(-1) ?? ''] ?? of('client');
  return { clientId, objectId: of('object'), keyId: of('key'), value: `secret of ${of('value')}`, ...inputs };
}

main(
  {
    version: require('@pulumi/azuread/package.json').version,
    check: (_urn, _olds, news) => Promise.resolve({ inputs: news }),
    diff: (_id, _urn, olds, news) => {
      const changed = Object.keys(news).filter((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]));
      return Promise.resolve({ changes: changed.length > 0 });
    },
    create: (urn, inputs) => Promise.resolve({ id: idOf(urn), outs: outputsOf(urn, inputs) }),
    read: (id, _urn, props) => Promise.resolve({ id, props }),
    update: (_id, urn, _olds, news) => Promise.resolve({ outs: outputsOf(urn, news) }),
    delete: () => Promise.resolve(),
    invoke: (token, args) => Promise.resolve({ outputs: outputsOf(token, args) }),
  },
  process.argv.slice(2),
);
