/** actions/cache: nothing was kept. */
console.log('Cache not found');
