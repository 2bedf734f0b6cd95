import { demoImage } from '@layerscope/core/demo';
import { portableCodecs, sha256Digest } from '@layerscope/core/layers';

/** The demo image is made of the same bytes everywhere. */
export const run = async (): Promise<string> => sha256Digest(await demoImage(), portableCodecs);
