/** A lease for the time of one piece of work, as containerd's client makes one around every import and unpack. */
import type { Clock, Random } from '../../fs/index.ts';
import { uniquePart } from '../../images/index.ts';
import { toRfc3339 } from '../../snapshots/index.ts';
import { LABEL_GC_EXPIRE, type Client } from '../metadata/index.ts';

const DAY = 86_400_000_000_000n;
const SECOND = 1_000_000_000n;

/** Runs `body` with a client whose work a lease holds. Deleting the lease is what wakes the collector afterwards. */
export const withTemporaryLease = async <T>(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  client: Client,
  body: (leased: Client) => Promise<T>,
): Promise<T> => {
  if (client.lease !== undefined) return body(client);
  const id = uniquePart(clock, random);
  const end = clock.now() + DAY;
  await client.leases.create(id, { [LABEL_GC_EXPIRE]: toRfc3339(end - (end % SECOND)) });
  try {
    return await body(client.withLease(id));
  } finally {
    await client.leases.delete(id);
  }
};
