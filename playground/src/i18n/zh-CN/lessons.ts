import type { Texts } from '../texts.ts';

export const lessons: Texts['lessons'] = {
  title: '课程',
  about: '每一课都从一台全新的机器开始；之前的操作会放到一边。在终端里动手，同时看着各层的变化。',
  all: '全部课程',
  tools: '本课操作',
  reset: '重新开始',
  hint: '提示',
  solution: '看答案',
  solutionStep: '答案第 {n} 步，共 {of} 步',
  next: '下一课',
  openFile: '打开有错的文件',
  taskStates: { done: '完成', open: '进行中', later: '稍后', lost: '已失败' },
  lost: '从这里已经无法完成：请撤销，或重新开始。',
  missing: '还有哪些不同',
  goal: '目标还差什么',
  difference: '{where}：应为 {wanted}，实际为 {found}',
  cost: '快照器调用 {calls} 次（标准 {parCalls}），复制 {bytes}（标准 {parBytes}）',
  finished: '完成！',
  finishedInPar: '完成，而且没有超过标准！',
};
