/** `serve`: the file side of a static web server: requests by line on stdin, whole HTTP answers on stdout. */
import { errorText, failure, read, readFile, stat, TYPE_DIRECTORY, TYPE_FILE } from './lib/files';
import { print, printBytes, programArguments, usage } from './lib/program';

const USAGE = `usage: serve ROOT [PATH...]
Answers "GET PATH" and "HEAD PATH", one request a line from stdin or one for each PATH, with the files below ROOT.
It only reads: nothing is ever copied up.
`;

function contentType(path: string): string {
  const dot = path.lastIndexOf('.');
  const ending = dot > path.lastIndexOf('/') ? path.substring(dot + 1) : '';
  if (ending == 'html') return 'text/html; charset=utf-8';
  if (ending == 'css') return 'text/css; charset=utf-8';
  if (ending == 'js') return 'text/javascript; charset=utf-8';
  if (ending == 'json') return 'application/json';
  if (ending == 'svg') return 'image/svg+xml';
  if (ending == 'png') return 'image/png';
  if (ending == 'wasm') return 'application/wasm';
  return ending == 'txt' || ending == 'md' ? 'text/plain; charset=utf-8' : 'application/octet-stream';
}

function answer(status: string, headers: string, body: Uint8Array | null, length: i64): void {
  print('HTTP/1.1 ' + status + '\r\n' + headers + 'Content-Length: ' + length.toString() + '\r\n\r');
  if (body !== null) printBytes(body);
}

function refuse(status: string, message: string, head: bool): void {
  const body = Uint8Array.wrap(String.UTF8.encode(message + '\n'));
  answer(status, 'Content-Type: text/plain; charset=utf-8\r\n', head ? null : body, body.length);
}

function hexadecimal(unit: i32): i32 {
  if (unit >= 48 && unit <= 57) return unit - 48;
  const letter = unit | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** `%20` and the like; `null` when it is not written rightly. */
function decodePath(text: string): string | null {
  const bytes: u8[] = [];
  const source = Uint8Array.wrap(String.UTF8.encode(text));
  for (let at = 0; at < source.length; at++) {
    if (source[at] != 37) {
      bytes.push(source[at]);
      continue;
    }
    if (at + 2 >= source.length) return null;
    const value = hexadecimal(source[at + 1]) * 16 + hexadecimal(source[at + 2]);
    if (hexadecimal(source[at + 1]) < 0 || hexadecimal(source[at + 2]) < 0 || value == 0) return null;
    bytes.push(<u8>value);
    at += 2;
  }
  return String.UTF8.decodeUnsafe(bytes.dataStart, bytes.length);
}

function serve(root: string, method: string, target: string): void {
  const head = method == 'HEAD';
  if (!head && method != 'GET') return refuse('405 Method Not Allowed', method + ' is not served', false);
  const question = target.indexOf('?');
  const decoded = decodePath(question < 0 ? target : target.substring(0, question));
  if (decoded === null || !decoded.startsWith('/')) return refuse('400 Bad Request', target + ' is not a path', head);
  // Not left to the file system: a link in ROOT may lead out of it on purpose, a request may not.
  if (decoded.split('/').includes('..')) return refuse('403 Forbidden', target + ' leaves the site', head);
  let path = root + decoded;
  let found = stat(path);
  if (found !== null && found.type == TYPE_DIRECTORY) {
    if (!path.endsWith('/')) return answer('301 Moved Permanently', 'Location: ' + decoded + '/\r\n', null, 0);
    path += 'index.html';
    found = stat(path);
  }
  if (found === null) {
    const status = failure() == 2 ? '403 Forbidden' : '404 Not Found';
    return refuse(status, decoded + ': ' + errorText(failure()), head);
  }
  if (found.type != TYPE_FILE) return refuse('403 Forbidden', decoded + ': not a file', head);
  let body: Uint8Array | null = null;
  if (!head) body = readFile(path);
  if (!head && body === null) return refuse('403 Forbidden', decoded + ': ' + errorText(failure()), false);
  const tag = '"' + found.size.toString() + '-' + found.mtime.toString() + '"';
  answer('200 OK', 'Content-Type: ' + contentType(path) + '\r\nETag: ' + tag + '\r\n', body, found.size);
}

function serveLine(root: string, line: string): void {
  const words = line.trim().split(' ');
  if (words.length < 2) {
    if (line.trim().length > 0) refuse('400 Bad Request', line + ' is not a request', false);
  } else serve(root, words[0], words[1]);
}

function main(): void {
  const list = programArguments();
  if (list.length < 2 || list[1].startsWith('-')) return usage(USAGE);
  const root = list[1].endsWith('/') ? list[1].substring(0, list[1].length - 1) : list[1];
  for (let at = 2; at < list.length; at++) serve(root, 'GET', list[at]);
  if (list.length > 2) return;
  const buffer = new Uint8Array(1024);
  let rest = '';
  for (;;) {
    const count = read(0, buffer);
    if (count <= 0) break;
    rest += String.UTF8.decodeUnsafe(buffer.dataStart, count);
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      serveLine(root, rest.substring(0, end));
      rest = rest.substring(end + 1);
    }
  }
  serveLine(root, rest);
}

main();
