/** memfs derives its stream classes when it is loaded; core opens none. */
export class Readable {}
export class Writable {}
