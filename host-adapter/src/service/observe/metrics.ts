/** What Prometheus may ask. Nothing is measured that was not asked for: the gauges are read when they are scraped. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Kernel } from '@layerscope/core/kernel';
import type { Snapshotter } from '@layerscope/core/snapshots';
import type { CallRecord } from '../grpc/call.ts';

export interface Metrics {
  /** The text of a scrape. */
  text(): Promise<string>;
  readonly contentType: string;
  observeCall(record: CallRecord): void;
  /** The same kernel, with the time of copying trees measured. */
  metered(kernel: Kernel): Kernel;
  /** The gauges of snapshots and mounts, from now on. */
  watch(sources: MetricSources): void;
}

export interface MetricSources {
  readonly snapshotter: Snapshotter;
  /** How many mounts stand on this snapshotter's directories. */
  readonly countMounts: () => number;
}

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export const createMetrics = (): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  const calls = new Counter({
    name: 'layerscope_calls_total',
    help: 'Finished calls by method and gRPC status.',
    labelNames: ['method', 'result'] as const,
    registers,
  });
  const latency = new Histogram({
    name: 'layerscope_call_seconds',
    help: 'How long calls took.',
    labelNames: ['method'] as const,
    buckets: SECONDS,
    registers,
  });
  const copies = new Histogram({
    name: 'layerscope_copy_seconds',
    help: 'How long copying a parent tree took (native only: overlayfs copies nothing).',
    buckets: SECONDS,
    registers,
  });

  return {
    text: () => registry.metrics(),
    contentType: registry.contentType,
    observeCall: ({ method, result, milliseconds }) => {
      calls.inc({ method, result });
      latency.observe({ method }, milliseconds / 1000);
    },
    metered: (kernel) => ({
      ...kernel,
      disk: {
        ...kernel.disk,
        copyTree: async (from, to) => {
          const stop = copies.startTimer();
          await kernel.disk.copyTree(from, to);
          stop();
        },
      },
    }),
    watch: ({ snapshotter, countMounts }) => {
      const snapshots: Gauge = new Gauge({
        name: 'layerscope_snapshots',
        help: 'Snapshots by kind.',
        labelNames: ['kind'] as const,
        registers,
        async collect() {
          const counts = { Active: 0, View: 0, Committed: 0 };
          await snapshotter.walk(({ kind }) => void (counts[kind] += 1));
          for (const [kind, count] of Object.entries(counts)) snapshots.set({ kind: kind.toLowerCase() }, count);
        },
      });
      const bytes: Gauge = new Gauge({
        name: 'layerscope_committed_bytes',
        help: 'Disk space of committed snapshots, each without its parents, as measured when it was committed.',
        registers,
        async collect() {
          let sum = 0;
          await snapshotter.walk(
            async ({ name }) => void (sum += (await snapshotter.usage(name)).size),
            'kind==committed',
          );
          bytes.set(sum);
        },
      });
      const mounts: Gauge = new Gauge({
        name: 'layerscope_mounts',
        help: 'Mounts that stand on directories of this snapshotter.',
        registers,
        collect: () => mounts.set(countMounts()),
      });
    },
  };
};
