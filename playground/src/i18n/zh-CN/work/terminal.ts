import type { Texts } from '../../texts.ts';

export const terminal: Texts['terminal'] = {
  where: '命令在哪里运行',
  inContainer: '在 {id} 中',
  onNode: '在机器上',
  interrupt: '停止',
  interruptHint: '结束正在运行的程序',
  clear: '清屏',
  clearHint: '清空屏幕；历史保留（Ctrl L）',
  plain: '纯文本',
  plainHint: '用文字列表和输入行代替终端：适合读屏软件和触摸屏',
  transcript: '输入与输出',
  input: '命令行',
  loading: '正在加载终端…',
  exitCode: '退出码 {code}',
  stillRunning: '仍在运行，或在等待输入（Ctrl D 结束输入）。“停止”会结束它并恢复之前的一切；页面其他部分照常工作。',
  movedTo: '— 现在处于这条命令之后：{command} —',
  movedToStart: '— 现在处于最开始 —',
  help: [
    '输入的每条命令都是时间线上的一步，可以撤销。',
    '  ls cat cp mv rm ln mkdir chmod find tar grep sed …   在容器中',
    '  ctr images ls · ctr snapshots tree · ctr --help      containerd 自己的客户端',
    '  在机器上使用 mount、dmesg 和 ctr：先 exit 离开容器，或在上方选择',
    'Tab 补全，未输入时离开终端 · ↑ ↓ 历史 · Ctrl C 停止 · Ctrl D 离开容器 · Ctrl L 清屏',
    '',
  ].join('\n'),
};
