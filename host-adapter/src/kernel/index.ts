export { type LinuxKernelOptions, createLinuxKernel } from './linux-kernel.ts';
