/** A refusal of ctr itself, before it asks containerd anything. */
export class CtrError extends Error {}

export const refuse = (message: string): never => {
  throw new CtrError(message);
};
