/** The worker's side: runs one program whose system calls are made by the thread that started it. */
import type { WasmModule } from '../abi/web-assembly.ts';
import { WasiProgramError } from '../exit.ts';
import { runModule } from '../run-wasi.ts';
import { createCaller } from './channel.ts';
import { createCall, remoteClock, remoteProcess, remoteRandom, remoteStream } from './remote-process.ts';

/** What a worker is told first: everything a program is made of that can be sent to one. */
export interface ProgramMessage {
  readonly type: 'layerscope-program';
  readonly module: WasmModule;
  readonly memory: SharedArrayBuffer;
  readonly args: readonly string[];
  readonly env: readonly (readonly [string, string])[];
  readonly preopens: readonly { readonly name: string; readonly path: string; readonly confined: boolean }[];
  readonly streams: readonly { readonly file?: number | undefined; readonly terminal?: boolean | undefined }[];
}

export const isProgramMessage = (message: unknown): message is ProgramMessage =>
  typeof message === 'object' && message !== null && (message as ProgramMessage).type === 'layerscope-program';

/**
 * To be called by a worker with the message it got. Runs the program to its end; `post` sends a message back, which only
 * wakes the other side where nothing else can.
 */
export const runWorkerProgram = async (
  { module, memory, args, env, preopens, streams }: ProgramMessage,
  post: (message: 'ring') => void,
): Promise<void> => {
  const call = createCall(createCaller(memory, () => post('ring')));
  const stream = (index: number): ReturnType<typeof remoteStream> => remoteStream(call, index, streams[index] ?? {});
  try {
    const status = await runModule(module, {
      process: remoteProcess(call),
      args,
      env: new Map(env),
      preopens,
      stdin: stream(0),
      stdout: stream(1),
      stderr: stream(2),
      clock: remoteClock(call),
      random: remoteRandom(call),
      sleep: (duration) => void call('sleep', duration),
    });
    call('exit', status);
  } catch (error) {
    call('fail', error instanceof WasiProgramError ? error.kind : 'fault', String((error as Error).message));
  }
};
