#!/usr/bin/env node
import { main } from '../dist/cli/main.js';

// A reader that has seen enough (`| head`) closes the pipe: that is no failure, and there is nobody left to tell.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await main(process.argv.slice(2));
