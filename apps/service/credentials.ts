// A file of its own in the images, loaded at the first request to the database: it is a third of what a service loads.
export { defaultProvider } from '@aws-sdk/credential-provider-node';
