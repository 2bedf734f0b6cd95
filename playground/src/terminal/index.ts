export { Terminal } from './terminal.tsx';
