import type { CtrCommand } from '../line/command.ts';
import { containers } from './containers/containers.ts';
import { content } from './content/content.ts';
import { events } from './events.ts';
import { images } from './images/images.ts';
import { leases } from './leases.ts';
import { namespaces } from './namespaces.ts';
import { run } from './containers/run.ts';
import { snapshots } from './snapshots/snapshots.ts';
import { tasks } from './tasks/tasks.ts';

export const COMMANDS: readonly CtrCommand[] = [
  containers,
  content,
  events,
  images,
  leases,
  namespaces,
  run,
  snapshots,
  tasks,
];
