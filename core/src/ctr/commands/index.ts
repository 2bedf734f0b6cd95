import type { CtrCommand } from '../line/command.ts';
import { containers } from './containers.ts';
import { content } from './content.ts';
import { events } from './events.ts';
import { images } from './images.ts';
import { leases } from './leases.ts';
import { namespaces } from './namespaces.ts';
import { run } from './run.ts';
import { snapshots } from './snapshots.ts';
import { tasks } from './tasks.ts';

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
