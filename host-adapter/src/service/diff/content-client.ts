/** containerd's content store behind its socket, as far as a differ needs it. */
import type { FileHandle } from 'node:fs/promises';
import { Client, credentials, type ClientDuplexStream, type Metadata, type ServiceError } from '@grpc/grpc-js';
import { ContainerdError, isClass, type Labels } from '@layerscope/core/snapshots';
import {
  ContentService,
  WriteAction,
  type InfoResponse,
  type ReadContentResponse,
  type UpdateResponse,
  type WriteContentRequest,
  type WriteContentResponse,
} from '../generated/containerd/services/content/v1/content.ts';
import {
  IntrospectionService,
  type PluginsResponse,
} from '../generated/containerd/services/introspection/v1/introspection.ts';
import { LIMITS } from '../grpc/limits.ts';
import { fromStatus } from '../grpc/status.ts';
import { openLocalBlob, piecesOf } from './local-blobs.ts';

/** The calls of one client of the differ: in its namespace, under its lease. */
export interface ContentClient {
  /** The bytes of a blob. NotFound. */
  read(digest: string): AsyncIterable<Uint8Array>;
  /** Writes a blob under the ingest `ref`; it has `labels` when it is complete. A blob that is there already is labelled. */
  write(ref: string, labels: () => Labels, chunks: AsyncIterable<Uint8Array>): Promise<WrittenBlob>;
}

export interface WrittenBlob {
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

export interface ContentStore {
  as(metadata: Metadata): ContentClient;
  close(): void;
}

const isServiceError = (error: unknown): error is ServiceError => error instanceof Error && 'details' in error;

const native = (error: unknown): unknown => (isServiceError(error) ? fromStatus(error) : error);

/** Half of what the server takes in one message. */
const LARGEST_PIECE = LIMITS['grpc.max_send_message_length'] / 2;

function* pieces(chunk: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0; at < chunk.length; at += LARGEST_PIECE) yield chunk.subarray(at, at + LARGEST_PIECE);
}

type WriteStream = ClientDuplexStream<WriteContentRequest, WriteContentResponse>;

const REQUEST: WriteContentRequest = {
  action: WriteAction.WRITE,
  ref: '',
  total: 0,
  expected: '',
  offset: 0,
  data: Buffer.alloc(0),
  labels: {},
};

/** One ingest: each message is answered before the next is sent, as the store demands. */
const ingest = async (
  stream: WriteStream,
  ref: string,
  labels: () => Labels,
  chunks: AsyncIterable<Uint8Array>,
): Promise<WrittenBlob> => {
  const answers = stream[Symbol.asyncIterator]() as AsyncIterator<WriteContentResponse>;
  const send = async (request: Partial<WriteContentRequest>): Promise<WriteContentResponse> => {
    stream.write({ ...REQUEST, ref, ...request });
    const { done, value } = await answers.next();
    if (done === true) throw new ContainerdError('Unavailable', 'the content store ended the ingest: unavailable');
    return value;
  };
  let offset = (await send({ action: WriteAction.STAT })).offset;
  // What an ingest of that name left is written over.
  if (offset > 0) offset = 0;
  for await (const chunk of chunks) {
    for (const data of pieces(chunk)) {
      ({ offset } = await send({ offset, data: Buffer.from(data.buffer, data.byteOffset, data.length) }));
    }
  }
  const { digest } = await send({ action: WriteAction.COMMIT, total: offset, offset, labels: labels() });
  return { digest, size: offset };
};

/** Connects when the first call is made. Failures are `ContainerdError`s with the store's class and text. */
export const connectContentStore = (address: string): ContentStore => {
  const client = new Client(`unix:${address}`, credentials.createInsecure(), LIMITS);

  const ask = <Response>(
    {
      path,
      requestSerialize,
      responseDeserialize,
    }: {
      readonly path: string;
      requestSerialize(request: never): Buffer;
      responseDeserialize(bytes: Buffer): Response;
    },
    request: unknown,
    metadata: Metadata,
  ): Promise<Response> =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        path,
        requestSerialize as (request: unknown) => Buffer,
        responseDeserialize,
        request,
        metadata,
        (error, response) => (error === null ? resolve(response as Response) : reject(fromStatus(error))),
      );
    });

  const label = async (digest: string, labels: Labels, metadata: Metadata): Promise<number> => {
    const { info } = await ask<InfoResponse>(ContentService.info, { digest }, metadata);
    const missing = Object.keys(labels).filter((name) => info?.labels[name] === undefined);
    if (missing.length > 0) {
      const changed = { digest, size: 0, createdAt: undefined, updatedAt: undefined, labels };
      const updateMask = missing.map((name) => `labels.${name}`);
      await ask<UpdateResponse>(ContentService.update, { info: changed, updateMask }, metadata);
    }
    return info?.size ?? 0;
  };

  /** Where the store keeps its files, as containerd tells it; `undefined` when it does not. Asked until it is answered. */
  let root: Promise<string | undefined> | undefined;
  const rootOf = (metadata: Metadata): Promise<string | undefined> => {
    const filters = ['type==io.containerd.content.v1'];
    root ??= ask<PluginsResponse>(IntrospectionService.plugins, { filters }, metadata).then(
      ({ plugins }) => plugins.find(({ exports }) => exports['root'] !== undefined)?.exports['root'],
      () => (root = undefined),
    );
    return root;
  };
  /** The blob as a file, once the store has said that the caller's namespace has it. */
  const local = async (digest: string, metadata: Metadata): Promise<FileHandle | undefined> => {
    const { info } = await ask<InfoResponse>(ContentService.info, { digest }, metadata);
    const folder = await rootOf(metadata);
    return folder === undefined || info === undefined ? undefined : openLocalBlob(folder, digest, info.size);
  };

  return {
    as: (metadata) => ({
      async *read(digest) {
        const file = await local(digest, metadata);
        if (file !== undefined) {
          yield* piecesOf(file);
          return;
        }
        const { path, requestSerialize, responseDeserialize } = ContentService.read;
        const request = { digest, offset: 0, size: 0 };
        const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, metadata);
        try {
          for await (const { data } of call as AsyncIterable<ReadContentResponse>) yield data;
        } catch (error) {
          throw native(error);
        } finally {
          call.cancel();
        }
      },

      write: async (ref, labels, chunks) => {
        const { path, requestSerialize, responseDeserialize } = ContentService.write;
        const stream: WriteStream = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata);
        try {
          return await ingest(stream, ref, labels, chunks);
        } catch (error) {
          const failure = native(error);
          // The store names the blob that it has: `content sha256:…: already exists`.
          const [digest] = isClass(failure, 'AlreadyExists') ? (/sha256:[0-9a-f]{64}/.exec(String(failure)) ?? []) : [];
          if (digest === undefined) throw failure;
          return { digest, size: await label(digest, labels(), metadata) };
        } finally {
          stream.cancel();
        }
      },
    }),
    close: () => client.close(),
  };
};
