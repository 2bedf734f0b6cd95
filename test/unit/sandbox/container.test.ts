import { UnknownUserError } from '@layerscope/core/sandbox';
import { describe, expect, it } from 'vitest';
import { demoContainer, text } from './demo-sandbox.ts';

const asUser = async (User: string, script: string): Promise<string> => {
  const { sandbox, image } = await demoContainer();
  const config = { ...image.config, config: { ...image.config.config, User } };
  const container = await sandbox.createContainer('second', { ...image, config });
  const { stdout, stderr } = await container.run(['sh', '-c', script]);
  return text(stdout) + text(stderr);
};

describe('a container', () => {
  it('runs what the image says when nothing else is asked for', async () => {
    const { container } = await demoContainer();
    expect((await container.run([], { stdin: 'echo from stdin' })).args).toEqual(['/bin/sh']);
  });

  it('answers the exit code, and 127 for what is not there', async () => {
    const { container } = await demoContainer();
    expect((await container.run(['sh', '-c', 'exit 7'])).exitCode).toBe(7);
    const missing = await container.run(['sh', '-c', 'no-such-program']);
    expect(missing.exitCode).toBe(127);
    expect(text(missing.stderr)).toBe('sh: 1: no-such-program: not found\n');
  });

  it('has the devices every container has, on a file system of their own', async () => {
    const { container } = await demoContainer();
    const { stdout } = await container.run([
      'sh',
      '-c',
      'echo lost > /dev/null; head -c 3 /dev/zero | od -An -tx1; cat /dev/null',
    ]);
    expect(text(stdout)).toBe(' 00 00 00\n');
    expect((await container.changes()).some(({ path }) => path.startsWith('/dev/'))).toBe(false);
  });

  it('cannot leave its root', async () => {
    const { container } = await demoContainer();
    const { stdout } = await container.run(['sh', '-c', 'cd ../../../..; pwd; ls /var/lib/containerd 2>&1']);
    expect(text(stdout)).toBe("/\nls: cannot access '/var/lib/containerd': No such file or directory\n");
  });

  it('may not mount, nor see trusted attributes, unless it is privileged', async () => {
    const script =
      'mkdir /m; mount -t tmpfs none /m && grep -c " /m " /proc/mounts; setfattr -n trusted.x -v 1 /m && echo set';
    const plain = await (await demoContainer()).container.run(['sh', '-c', script]);
    expect(text(plain.stdout)).not.toContain('set');
    expect(text(plain.stderr)).toContain('mount');
    const privileged = await (
      await demoContainer({}, { privileged: true })
    ).container.run(['sh', '-c', script.replace(/ && grep[^;]*/, '')]);
    expect(text(privileged.stdout)).toBe('set\n');
  });

  it('stops: its root is unmounted, its snapshot stays', async () => {
    const { sandbox, container } = await demoContainer();
    await container.run(['sh', '-c', 'echo kept > /kept']);
    await container.stop();
    expect(sandbox.kernel.procMounts()).not.toContain(container.rootfs);
    expect((await sandbox.snapshotter.stat('first')).kind).toBe('Active');
  });
});

describe("a container's user", () => {
  it.each([
    ['', 'uid=0(root) gid=0(root)'],
    ['1234', 'uid=1234 gid=0(root)'],
    ['1234:42', 'uid=1234 gid=42'],
    ['root', 'uid=0(root) gid=0(root)'],
  ])('"%s" is %s', async (user, shown) => {
    expect(await asUser(user, 'id')).toContain(shown);
  });

  it('is held to permissions', async () => {
    expect(await asUser('1234', 'cat /etc/shadow; echo x > /etc/motd')).toBe(
      'cat: /etc/shadow: Permission denied\nsh: 1: cannot create /etc/motd: Permission denied\n',
    );
  });

  it('must be known to the image when it is a name', async () => {
    await expect(asUser('nobody-here', 'id')).rejects.toThrow(UnknownUserError);
    await expect(asUser('root:no-group', 'id')).rejects.toThrow('no groups found');
  });
});
