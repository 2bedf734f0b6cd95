/** The flags by which a container is made, and what is made of them. */
import type { NewContainerOptions } from '../../../sandbox/index.ts';
import { SNAPSHOTTER_FLAG, type Flag } from '../../line/command.ts';
import type { Session } from '../../session.ts';
import { labelFlags } from '../support/labels.ts';

export const CONTAINER_FLAGS: readonly Flag[] = [
  SNAPSHOTTER_FLAG,
  {
    names: ['snapshotter-label'],
    type: 'strings',
    usage: 'labels added to the new snapshot for this container.',
  },
  { names: ['cwd'], type: 'string', usage: 'specify the working directory of the process' },
  {
    names: ['env'],
    type: 'strings',
    usage: 'specify additional container environment variables (e.g. FOO=bar)',
  },
  { names: ['label'], type: 'strings', usage: 'specify additional labels (e.g. foo=bar)' },
  { names: ['privileged'], type: 'bool', usage: 'run privileged container' },
  { names: ['read-only'], type: 'bool', usage: 'set the containers filesystem as readonly' },
  { names: ['runtime'], type: 'string', usage: 'runtime name', default: 'io.containerd.runc.v2' },
  { names: ['tty', 't'], type: 'bool', usage: 'allocate a TTY for the container' },
];

export const containerOptions = (session: Session, args: readonly string[]): NewContainerOptions => {
  const { has, value, values } = session;
  const snapshotLabels = labelFlags(values('snapshotter-label'));
  return {
    args,
    ...(value('cwd') === '' ? {} : { cwd: value('cwd') }),
    env: values('env'),
    tty: has('tty'),
    privileged: has('privileged'),
    readOnly: has('read-only'),
    runtime: value('runtime'),
    labels: labelFlags(values('label')),
    ...(Object.keys(snapshotLabels).length === 0 ? {} : { snapshotLabels }),
  };
};
