import { z } from 'zod';
import type { Fault } from '../../sandbox/index.ts';

export const faultSchema: z.ZodType<Fault> = z
  .strictObject({
    on: z.enum(['kernel', 'disk', 'store']).describe('calls of the kernel, changes on the disk, or commits of records'),
    call: z.string().exactOptional().describe('only calls of this name, e.g. mount; default all'),
    path: z.string().exactOptional().describe('only where the path has this in it; default all'),
    number: z.int().min(1).exactOptional().describe('the how many-th of these from now; default the first'),
    effect: z.enum(['ENOSPC', 'EIO', 'crash']),
    when: z
      .enum(['before', 'after'])
      .exactOptional()
      .describe('a crash comes before the change is made, or right after'),
  })
  .meta({ id: 'Fault', description: 'Something that will go wrong.' });
