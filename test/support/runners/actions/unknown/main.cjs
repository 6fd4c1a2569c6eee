/** Any other action: a job that comes to it fails. */
console.log('::error::This action has no stand-in in test/support/runners/actions.');
process.exit(1);
