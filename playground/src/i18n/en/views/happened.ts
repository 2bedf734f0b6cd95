export const happened = {
  title: 'What just happened',
  copiedUp:
    '{path} lay in a read-only layer. Before the change, overlayfs copied it up ({bytes}) into the writable layer; the original is untouched.',
  copiedDirectories: 'Directories copied up, so that the change has a place to stand: {paths}.',
  wrote: '{path} was written straight into the writable layer: nothing had to be copied.',
  hid: '{path} cannot be deleted from a read-only layer, so a whiteout in the writable layer hides it.',
  hidMore:
    '{path} and {more} more cannot be deleted from read-only layers, so whiteouts in the writable layer hide them.',
  madeOpaque: '{path} was made opaque: nothing of the layers below shows through it.',
  unpacked: '{count} {count|layer was|layers were} unpacked. Each became a committed snapshot, read-only from now on.',
  prepared: 'A writable snapshot “{key}” was prepared. It is empty: everything else is seen through from below.',
  viewed: 'A read-only view “{key}” was made.',
  committed: 'The changes were committed as “{name}”: read-only from now on, and others can stand on it.',
  removed: 'The snapshot “{key}” was removed.',
  powerCut:
    'The power went, and the node started again. {mounts} {mounts|mount|mounts} and all running programs are gone; what lies on the disk is as it was.',
  faultWaits: 'It waits: the next change that matches will fail.',
  collected:
    'Garbage was collected: {removed} {removed|thing|things} that nobody referred to went, {kept} {kept|stays|stay}.',
  refused: 'Refused: {error}',
  failed: 'It ended with status {code}: {text}',
  touchedNothing:
    'Nothing was copied and nothing hidden: reading needs no copy, and new files go straight into the writable layer.',
  tryIt: 'Try:',
  suggestions: {
    append: 'Append to a file of a lower layer: it is copied up',
    remove: 'Delete a file of a lower layer: a whiteout hides it',
    create: 'Make a new file: nothing is copied',
    mode: 'Change a mode: even that needs a copy',
    replace: 'Replace a directory: it becomes opaque',
  },
  show: 'Show {path}',
} as const;
