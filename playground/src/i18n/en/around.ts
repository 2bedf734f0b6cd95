export const actions = {
  search: 'What do you want to do?',
  shortcuts: 'Keyboard shortcuts',
  show: 'Show {view}',
  programs: 'Open an image with programs: kv, logger, pkg, …',
  startOver: 'Start over with the built-in image',
} as const;

export const files = {
  layer: 'Layer tar',
  layerHint: 'What “{name}” changes, as a layer.',
  image: 'Image archive',
  imageHint: '{name}, for docker load or ctr images import.',
  log: 'Log of commands',
  logHint: 'Drop it here again to carry everything out anew.',
  scenario: 'Scenario',
  scenarioHint: 'For npx layerscope play: does it again and says what differs.',
  events: 'Event log',
  eventsHint: 'Every command with every call inside.',
  report: 'Bug report',
  reportHint: 'Markdown, for an issue.',
  test: 'Test file',
  testHint: 'For vitest: does the same, expects the same.',
  copy: 'Copy',
  copied: 'Copied',
  tooLarge: 'This has more than {limit}, too much for a tab. Use the command line: npx layerscope.',
  failed: 'This could not be taken away: {why}.',
} as const;

export const sharing = {
  hint: 'The address holds your commands and what you wrote in the editor, nothing else. Whoever opens it sees them first and decides to carry them out.',
  length: 'Address, {n} characters',
  tooLong: 'Over {n} characters, some programs cut addresses: better hand over the file.',
  archives: 'Images of your own are not in it: {names}.',
  copy: 'Copy address',
  file: 'Save as file',
  received: 'A history was handed to you',
  receivedHint: 'It has {n} {n|command|commands} for the simulated machine. Nothing was carried out yet.',
  withFile:
    'The snapshotter that you wrote is in it, too. It is shown to whoever opens the address; nothing runs it but a button of theirs.',
  receivedFile:
    'With them comes a snapshotter of {n} {n|line|lines}. It does not run by itself: in the editor, a button does that.',
  takeFile: 'Put it into the editor',
  replaceFile: 'Put it into the editor, in place of what you have written there',
  carryOut: 'Carry them out',
  notNow: 'Not now',
  damaged: 'The address holds a history that cannot be read ({why}). The link may have been cut: ask for a file.',
} as const;

export const opening = {
  drop: 'Drop an image here: docker save, skopeo, or an OCI layout as a tar',
  progress: '{label}: {done} of {total}',
  opened: '“{image}” is open. Container “{container}” stands on it.',
  tooLarge: 'This file is larger than {limit}, too much for a tab. Use the command line: npx layerscope run image.tar.',
  cancelled: 'The import was cancelled; everything else is as it was.',
  failed: 'This could not be opened: {message}. A tar that docker save, skopeo copy or an OCI layout made is expected.',
  missing: 'This history needs archives that are not here: {names}. Drop them first.',
} as const;
