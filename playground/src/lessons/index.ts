export { Lessons } from './lessons.tsx';
