// Loaded before the program `entra-aws`, it lets one operation of CloudFormation touch a tenth of the resources: what the program
// does with an estate that needs several shows as well with hundreds of assignments as with thousands.
const { registerHooks } = require('node:module');

const LIMIT = 'MAX_RESOURCES_OF_OPERATION=2500';

registerHooks({
  load: (url, context, next) => {
    const loaded = next(url, context);
    if (!url.endsWith('/dist/program/entra-aws.cjs')) return loaded;
    const source = String(loaded.source);
    if (!source.includes(LIMIT)) throw new Error(`small-operations: the program has no ${LIMIT}`);
    return { ...loaded, source: source.replace(LIMIT, LIMIT.slice(0, -1)) };
  },
});
