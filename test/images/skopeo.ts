/** The same images in the other wrappings that skopeo writes. */
import { scriptRecipe } from './recipe.ts';
import { umociLayers } from './umoci.ts';

const SOURCE = '"oci:$LAYOUT:kinds"';

/** What `docker save` writes: plain layer tars beside `manifest.json`. */
export const dockerArchive = scriptRecipe({
  name: 'docker-archive',
  reference: 'layerscope.test/kinds:docker',
  needs: [...umociLayers.needs, 'skopeo'],
  archive: 'image.tar',
  inputs: { LAYOUT: umociLayers },
  script: `skopeo --insecure-policy copy -q ${SOURCE} docker-archive:image.tar:layerscope.test/kinds:docker`,
});

/** An OCI layout in a tar, layers compressed with zstd. */
export const zstdArchive = scriptRecipe({
  name: 'zstd-archive',
  reference: 'zstd',
  needs: [...umociLayers.needs, 'skopeo'],
  archive: 'image.tar',
  inputs: { LAYOUT: umociLayers },
  script: `skopeo --insecure-policy copy -q --dest-compress --dest-compress-format zstd ${SOURCE} oci-archive:image.tar:zstd`,
});

/** An OCI layout in a tar, layers as umoci made them (gzip). */
export const gzipArchive = scriptRecipe({
  name: 'gzip-archive',
  reference: 'kinds',
  needs: umociLayers.needs,
  archive: 'image.tar',
  inputs: { LAYOUT: umociLayers },
  script: 'tar -cf image.tar -C "$LAYOUT" .',
});
