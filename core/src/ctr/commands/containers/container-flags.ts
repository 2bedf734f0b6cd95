/** The flags by which a container is made, and what is made of them. */
import type { NewContainerOptions, SpecMount } from '../../../sandbox/index.ts';
import { SNAPSHOTTER_FLAG, type Flag } from '../../line/command.ts';
import type { Session } from '../../session.ts';
import { refuse } from '../support/failure.ts';
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
  {
    names: ['mount'],
    type: 'strings',
    usage: 'specify additional container mount (e.g. type=bind,src=/tmp,dst=/host,options=rbind:ro)',
  },
  {
    names: ['user'],
    type: 'string',
    usage: 'username or user id, group optional (format: <name|uid>[:<group|gid>])',
  },
  { names: ['privileged'], type: 'bool', usage: 'run privileged container' },
  { names: ['read-only'], type: 'bool', usage: 'set the containers filesystem as readonly' },
  { names: ['runtime'], type: 'string', usage: 'runtime name', default: 'io.containerd.runc.v2' },
  { names: ['tty', 't'], type: 'bool', usage: 'allocate a TTY for the container' },
];

/** `type=bind,src=/tmp,dst=/host,options=rbind:ro` */
const mountOf = (text: string): SpecMount => {
  const mount = { type: '', source: '', destination: '', options: [] as readonly string[] };
  for (const field of text.split(',')) {
    const at = field.indexOf('=');
    if (at === -1) refuse('invalid mount specification: expected key=val');
    const [key, value] = [field.slice(0, at), field.slice(at + 1)];
    if (key === 'type') mount.type = value;
    else if (key === 'source' || key === 'src') mount.source = value;
    else if (key === 'destination' || key === 'dst') mount.destination = value;
    else if (key === 'options') mount.options = value.split(':');
    else refuse(`mount option ${JSON.stringify(key)} not supported`);
  }
  return mount;
};

export const containerOptions = (session: Session, args: readonly string[]): NewContainerOptions => {
  const { has, value, values } = session;
  const snapshotLabels = labelFlags(values('snapshotter-label'));
  return {
    args,
    ...(value('cwd') === '' ? {} : { cwd: value('cwd') }),
    ...(value('user') === '' ? {} : { user: value('user') }),
    env: values('env'),
    mounts: values('mount').map(mountOf),
    tty: has('tty'),
    privileged: has('privileged'),
    readOnly: has('read-only'),
    runtime: value('runtime'),
    labels: labelFlags(values('label')),
    ...(Object.keys(snapshotLabels).length === 0 ? {} : { snapshotLabels }),
  };
};
