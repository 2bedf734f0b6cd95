export const tour = {
  progress: '{n} of {of}',
  next: 'Next',
  back: 'Back',
  skip: 'Skip the tour',
  finish: 'Begin',
  run: 'Run it',
  steps: {
    layers: {
      title: 'A container is a stack of layers',
      text: 'Three read-only layers came with the image. On top stands “web”, a container: its own layer is writable, and still empty.',
    },
    sight: {
      title: 'Looking down from above',
      text: 'The container sees the sheets merged. For /etc/motd its look falls through the empty sheets and ends on the first that has the file. An older copy below is covered.',
    },
    append: {
      title: 'Change a file that is read-only',
      text: 'The file lies in a read-only layer, yet the container may write to it. Watch where the dot goes.',
    },
    copied: {
      title: 'Copied up',
      text: 'Before the write, overlayfs copied the file into the writable layer. The container sees the copy; the original below is untouched, and other containers still see it.',
    },
    remove: {
      title: 'Delete a file that cannot be deleted',
      text: 'A read-only layer loses nothing. What will “delete” do?',
    },
    undo: {
      title: 'A whiteout: “not here”',
      text: 'A special file, a device numbered 0:0, now blocks the view; the bytes below are still there. Every command is kept on the timeline. Take this one back.',
    },
    yours: {
      title: 'Now it is yours',
      text: 'Type commands in the terminal, click any file and ask why it is there, drop an image of your own, or take the lessons.',
    },
  },
} as const;
