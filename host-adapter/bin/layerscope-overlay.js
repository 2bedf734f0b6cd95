#!/usr/bin/env node
// What `mount -t fuse.layerscope-overlay SOURCE DIRECTORY -o …` runs.
import { main } from '../dist/cli/main.js';

process.exitCode = await main(['overlay', ...process.argv.slice(2)]);
