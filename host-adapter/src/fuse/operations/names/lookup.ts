import { BATCH_FORGET_IN, FORGET_IN, FORGET_ONE } from '../../protocol/structs.ts';
import type { Operation } from '../../session.ts';

export const lookup: Operation = (session, request) => {
  const inode = session.fs.lookup(session.node.inode, request.name(0));
  if (inode === undefined) session.writeNoEntry();
  else session.writeEntry(inode);
};

export const forget: Operation = (session, request) => {
  session.nodes.forget(request.nodeId, request.u64(FORGET_IN.lookups));
};

export const batchForget: Operation = (session, request) => {
  const count = request.u32(BATCH_FORGET_IN.count);
  for (let index = 0; index < count; index++) {
    const at = BATCH_FORGET_IN.SIZE + index * FORGET_ONE.SIZE;
    session.nodes.forget(request.u64(at + FORGET_ONE.nodeId), request.u64(at + FORGET_ONE.lookups));
  }
};
