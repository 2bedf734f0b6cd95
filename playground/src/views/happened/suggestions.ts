/** Commands worth trying, each showing one thing that overlayfs does. Their labels are strings of the page. */
export const SUGGESTIONS = {
  append: 'echo hello >> /etc/motd',
  remove: 'rm /etc/hostname',
  create: 'echo new > /root/notes',
  mode: 'chmod 600 /etc/passwd',
  replace: 'rm -r /opt/app && mkdir /opt/app',
} as const;

export type SuggestionName = keyof typeof SUGGESTIONS;

export const SUGGESTION_NAMES: readonly SuggestionName[] = ['append', 'remove', 'create', 'mode', 'replace'];
