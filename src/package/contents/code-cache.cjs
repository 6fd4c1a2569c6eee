// V8's code of all modules that a command loads, kept in one file for its next run. Node's compile cache keeps a module as it is
// before it runs, without the functions that are compiled when they are first called: each run compiles these again, a sixth of a
// preview. Plain JavaScript, since it runs before anything is compiled.
const { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { dirname, join } = require('node:path');
const { cachedDataVersionTag } = require('node:v8');
const { constants, Script } = require('node:vm');
const { crc32 } = require('node:zlib');

/** As Node wraps a module. */
const [BEFORE, AFTER] = ['(function (exports, require, module, __filename, __dirname) { ', '\n});'];

/** Exit code of a call whose command there may not be. */
const WRONG_CALL = 2;

/** Position of the list of modules in a file: after its length and the checksum of all that follows. */
const START = 8;

/**
 * Compiles modules with what is kept, and keeps what is not when the program ends. A file that is damaged, or of another Node, is
 * as none; one that can't be written is left out. @param {string} folder where it is kept @param {string} name of the command
 */
function keepCode(folder, name) {
  const file = join(folder, `code-${cachedDataVersionTag().toString(16)}-${name.replace(/[^a-z-]/g, '_')}`);
  const kept = readKept(file);
  const compiled = new Map();
  const compile = Module.prototype._compile;
  Module.prototype._compile = function compileKept(content, filename, format) {
    const script = format === 'module' ? undefined : scriptOf(content, filename);
    if (script === undefined) return compile.call(this, content, filename, format);
    const parts = [this.exports, requireOf(this), this, filename, dirname(filename)];
    return Reflect.apply(script.runInThisContext(), this.exports, parts);
  };
  withoutWarningOf('vm.USE_MAIN_CONTEXT_DEFAULT_LOADER');
  process.on('exit', (status) => {
    const isKnown = [...compiled.values()].every(({ code }) => code !== undefined);
    if (status !== WRONG_CALL && !isKnown) write(file, { ...kept, ...made(compiled) });
  });

  /** Nothing for what is no CommonJS module: Node tells of it, or takes it for a module of the other kind. */
  function scriptOf(content, filename) {
    const hash = crc32(content);
    const known = kept[filename];
    const cachedData = known?.hash === hash ? known.code : undefined;
    try {
      const script = new Script(BEFORE + content.replace(/^#!/, '//') + AFTER, {
        filename,
        columnOffset: -BEFORE.length,
        cachedData,
        importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      });
      compiled.set(filename, { hash, script, code: script.cachedDataRejected === false ? cachedData : undefined });
      return script;
    } catch {
      return undefined;
    }
  }
}

/** Node calls it an experiment that a script may import as every module does. */
function withoutWarningOf(name) {
  const { emitWarning } = process;
  process.emitWarning = (warning, ...others) => {
    if (!String(warning).startsWith(name)) emitWarning.call(process, warning, ...others);
  };
}

/** The `require` of a module, with what Node gives it. */
function requireOf(module) {
  const resolve = (request, options) => Module._resolveFilename(request, module, false, options);
  resolve.paths = (request) => Module._resolveLookupPaths(request, module);
  return Object.assign((id) => module.require(id), {
    resolve,
    main: require.main,
    extensions: Module._extensions,
    cache: Module._cache,
  });
}

/** Code of each script after it ran, with all functions that did. */
function made(compiled) {
  return Object.fromEntries(
    [...compiled].map(([filename, { hash, script, code = script.createCachedData() }]) => [filename, { hash, code }]),
  );
}

/** Code by the file of its module; none where there is no whole file. */
function readKept(file) {
  try {
    const all = readFileSync(file);
    if (crc32(all.subarray(START)) !== all.readUInt32LE(4)) return {};
    const end = START + all.readUInt32LE(0);
    const modules = Object.entries(JSON.parse(all.toString('utf8', START, end)));
    return Object.fromEntries(
      modules.map(([filename, [hash, from, length]]) => [
        filename,
        { hash, code: all.subarray(end + from, end + from + length) },
      ]),
    );
  } catch {
    return {};
  }
}

function write(file, modules) {
  let from = 0;
  const list = Object.entries(modules).map(([filename, { hash, code }]) => {
    from += code.length;
    return [filename, [hash, from - code.length, code.length]];
  });
  const text = Buffer.from(JSON.stringify(Object.fromEntries(list)));
  const rest = Buffer.concat([text, ...Object.values(modules).map(({ code }) => code)]);
  const head = Buffer.alloc(START);
  head.writeUInt32LE(text.length, 0);
  head.writeUInt32LE(crc32(rest), 4);
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    try {
      writeFileSync(draft, Buffer.concat([head, rest]), { mode: 0o600 });
      renameSync(draft, file);
    } finally {
      rmSync(draft, { force: true });
    }
  } catch {
    // The next run compiles as this one did.
  }
}

module.exports = { keepCode };
