// Programs that a test starts wait for clouds that answer at once, so that their pauses, of a second and more, take a twentieth.
// Time limits stay: a pause is a timer that only resolves a promise.
const { syncBuiltinESMExports } = require('node:module');
const timers = require('node:timers');
const promises = require('node:timers/promises');
const { promisify } = require('node:util');

const shortened = (ms) => (ms >= 1_000 ? ms / 20 : ms);

/** Tells a promise's own function, which has no name as a bound one has. */
const resolves = (callback) => callback.name === '' && String(callback) === 'function () { [native code] }';

const { setTimeout: start } = timers;
const { setTimeout: pause } = promises;

promises.setTimeout = (ms, ...rest) => pause(shortened(ms), ...rest);
globalThis.setTimeout = (callback, ms, ...rest) => start(callback, resolves(callback) ? shortened(ms) : ms, ...rest);
globalThis.setTimeout[promisify.custom] = promises.setTimeout;
timers.setTimeout = globalThis.setTimeout;
syncBuiltinESMExports();
