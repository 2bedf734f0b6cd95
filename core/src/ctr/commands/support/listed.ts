import { isClass } from '../../../snapshots/index.ts';

/** A list of containerd's. A filter that cannot be read is told of with the class twice: the client adds it once more. */
export const listed = async <T>(list: Promise<T>, doing = ''): Promise<T> => {
  try {
    return await list;
  } catch (error) {
    if (!isClass(error, 'InvalidArgument')) throw error;
    throw new Error(`${doing}${error.message}: invalid argument`, { cause: error });
  }
};
