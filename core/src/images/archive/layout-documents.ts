/** The two documents at the top of an OCI image layout: `oci-layout` and `index.json`. */
import { ImageError } from '../errors.ts';
import { objectIn, parseDocument, readIndex } from '../oci/document.ts';
import { imagesOf, type ImportedArchive } from './imported.ts';

/** The images of a layout. `layout-version`, `index-missing`, `bad-document`, `no-image`. */
export const layoutImages = (layout: Uint8Array, index: Uint8Array | undefined, image: string): ImportedArchive => {
  const layoutName = { document: 'oci-layout', place: { image } };
  const version = objectIn(parseDocument(layout, layoutName), '', layoutName)['imageLayoutVersion'];
  if (version !== '1.0.0') throw new ImageError('layout-version', { image, version: String(version) });
  if (index === undefined) throw new ImageError('index-missing', { image });
  const name = { document: 'index.json', place: { image } };
  return { format: 'oci', images: imagesOf(readIndex(parseDocument(index, name), name), { image }) };
};
