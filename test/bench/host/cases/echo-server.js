/** `node echo-server.js SOCKET`: the least that @grpc/grpc-js can be: one prepared answer to every Stat. */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { SnapshotsService } from '../../../../host-adapter/dist/service/generated/containerd/services/snapshots/v1/snapshots.js';

const labels = { 'containerd.io/snapshot.ref': 'bench' };
const time = { seconds: 1_700_000_000, nanos: 5 };
const info = { name: 'base-0', parent: '', kind: 3, createdAt: time, updatedAt: time, labels };

const server = new Server();
server.addService({ stat: SnapshotsService.stat }, { stat: (_call, callback) => callback(null, { info }) });
server.bindAsync(`unix:${process.argv[2]}`, ServerCredentials.createInsecure(), (error) => {
  if (error !== null) throw error;
  console.log('ready');
});
