export const actions = {
  search: '想做什么？',
  shortcuts: '键盘快捷键',
  show: '显示{view}',
  programs: '打开带有程序的镜像：kv、logger、pkg……',
  startOver: '用内置镜像重新开始',
};

export const files = {
  layer: '层 tar',
  layerHint: '“{name}”的改动，作为一个层。',
  image: '镜像归档',
  imageHint: '{name}，用于 docker load 或 ctr images import。',
  log: '命令日志',
  logHint: '再次拖到这里即可重新执行全部命令。',
  scenario: '场景',
  scenarioHint: '用于 npx layerscope play：重新执行并指出差异。',
  events: '事件日志',
  eventsHint: '每条命令及其内部的每次调用。',
  report: '问题报告',
  reportHint: 'Markdown，用于提交 issue。',
  test: '测试文件',
  testHint: '用于 vitest：做同样的事，期望同样的结果。',
  copy: '复制',
  copied: '已复制',
  tooLarge: '内容超过 {limit}，超出标签页的承受能力。请使用命令行：npx layerscope。',
  failed: '无法导出：{why}。',
};

export const sharing = {
  hint: '地址中只包含你的命令和你在编辑器中写的内容，别无其他。打开者会先看到命令，再决定是否执行。',
  length: '地址，{n} 个字符',
  tooLong: '超过 {n} 个字符，有些程序会截断地址：最好改用文件。',
  archives: '你自己的镜像不在其中：{names}。',
  copy: '复制地址',
  file: '保存为文件',
  received: '有人给你一段历史',
  receivedHint: '其中有 {n} 条给模拟机器的命令。尚未执行任何一条。',
  withFile: '你写的快照器也在其中。打开者会看到它；只有他们自己按下按钮，它才会运行。',
  receivedFile: '随附一个 {n} 行的快照器。它不会自行运行：要在编辑器中按下按钮才会运行。',
  takeFile: '放入编辑器',
  replaceFile: '放入编辑器，替换你已写的内容',
  carryOut: '执行',
  notNow: '暂不',
  damaged: '地址中的历史无法读取（{why}）。链接可能被截断：请索取文件。',
};

export const opening = {
  drop: '把镜像拖到这里：docker save、skopeo，或 tar 形式的 OCI layout',
  progress: '{label}：{done}，共 {total}',
  opened: '“{image}”已打开。容器“{container}”建立在它之上。',
  tooLarge: '此文件大于 {limit}，超出标签页的承受能力。请使用命令行：npx layerscope run image.tar。',
  cancelled: '导入已取消；其余一切保持原样。',
  failed: '无法打开：{message}。这里需要 docker save、skopeo copy 或 OCI layout 生成的 tar。',
  missing: '这段历史需要不在此处的归档：{names}。请先拖入它们。',
};
