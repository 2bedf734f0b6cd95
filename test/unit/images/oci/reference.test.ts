import { expect, it } from 'vitest';
import { familiarReference, isFullReference, normalizeReference, referenceTag } from '@layerscope/core/images';

const DIGEST = `sha256:${'a'.repeat(64)}`;

it.each([
  ['busybox', 'docker.io/library/busybox:latest', 'busybox:latest'],
  ['busybox:1.36', 'docker.io/library/busybox:1.36', 'busybox:1.36'],
  ['me/app', 'docker.io/me/app:latest', 'me/app:latest'],
  ['index.docker.io/me/app:1', 'docker.io/me/app:1', 'me/app:1'],
  ['localhost/app', 'localhost/app:latest', 'localhost/app:latest'],
  ['localhost:5000/app', 'localhost:5000/app:latest', 'localhost:5000/app:latest'],
  ['ghcr.io/a/b:c', 'ghcr.io/a/b:c', 'ghcr.io/a/b:c'],
  [`ghcr.io/a@${DIGEST}`, `ghcr.io/a@${DIGEST}`, `ghcr.io/a@${DIGEST}`],
])('%s is %s in full', (short, full, familiar) => {
  expect(normalizeReference(short)).toBe(full);
  expect(normalizeReference(full)).toBe(full);
  expect(familiarReference(full)).toBe(familiar);
  expect(isFullReference(full)).toBe(true);
});

it('tells a tag from a reference', () => {
  expect(isFullReference('latest')).toBe(false);
  expect(isFullReference('busybox:1')).toBe(false);
  expect(referenceTag('localhost:5000/app:v1')).toBe('v1');
  expect(referenceTag('v1')).toBe('v1');
});
