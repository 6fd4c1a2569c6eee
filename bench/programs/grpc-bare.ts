import * as grpc from '@grpc/grpc-js';

/** The reference: a plug-in process that serves nothing. */
const server = new grpc.Server();
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (_error, port) => {
  console.log(String(port));
});
