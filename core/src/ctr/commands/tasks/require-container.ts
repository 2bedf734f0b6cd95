import type { Session } from '../../session.ts';
import { refuse } from '../support/failure.ts';

/** The container's record is asked for first: what is not there is told of as a missing container. */
export const requireContainer = async ({ client }: Session, id: string, message: string): Promise<void> => {
  if (id === '') refuse(message);
  await client.containers.get(id);
};
