import type { Finding, Repaired, SurveyedSnapshot } from '../../recovery/index.ts';
import { table } from './table.ts';
import { formatBytes, plural } from './units.ts';

export interface Diagnosis {
  readonly root: string;
  readonly design: string;
  readonly snapshots: readonly SurveyedSnapshot[];
  readonly findings: readonly Finding[];
  /** `undefined` when nothing was to be repaired. */
  readonly repaired: readonly Repaired[] | undefined;
}

const snapshotRow = ({ id, kind, key, parent, directory, usage, mounted }: SurveyedSnapshot): readonly string[] => [
  `${id}`,
  kind,
  key,
  parent,
  directory ?? "(its parent's)",
  usage === undefined ? '' : formatBytes(usage.size),
  mounted ? 'mounted' : '',
];

const outcome = (finding: Finding, repaired: readonly Repaired[] | undefined): string => {
  if (finding.repair === undefined) return 'left as it is';
  if (repaired === undefined) return `--fix would ${finding.repair}`;
  const failure = repaired.find((one) => one.finding === finding)?.failure;
  return failure === undefined ? 'repaired' : `could not ${finding.repair}: ${failure}`;
};

/** What is to be done next. */
const next = (findings: readonly Finding[], repaired: readonly Repaired[] | undefined): string => {
  const repairs = findings.filter(({ repair }) => repair !== undefined).length;
  const byHand = findings.length - repairs;
  const failures = repaired?.filter(({ failure }) => failure !== undefined).length ?? 0;
  const steps = [
    ...(repaired === undefined && repairs > 0
      ? [`${repairs} can be repaired: every start of the service does it, and so does --fix while it is stopped.`]
      : []),
    ...(failures > 0 ? [`${failures} could not be repaired.`] : []),
    ...(byHand > 0 ? [`${byHand} only you can mend, as it says above: left as it is.`] : []),
  ];
  return steps.map((step) => `${step}\n`).join('');
};

/** Which directory belongs to which snapshot, and what is wrong. */
export const renderDiagnosis = ({ root, design, snapshots, findings, repaired }: Diagnosis): string => {
  const total = snapshots.reduce((sum, { usage }) => sum + (usage?.size ?? 0), 0);
  const rows = table(
    [
      ['ID', 'KIND', 'KEY', 'PARENT', 'DIRECTORY', 'ON DISK', ''],
      ...snapshots.toSorted((a, b) => a.id - b.id).map(snapshotRow),
    ],
    '',
  );
  const told = findings.map((finding) => `  ${finding.text}\n    ${finding.path}: ${outcome(finding, repaired)}\n`);
  const verdict =
    findings.length === 0
      ? 'Nothing is wrong.\n'
      : `${plural(findings.length, 'finding')}:\n${told.join('')}${next(findings, repaired)}`;
  return `${root}: ${plural(snapshots.length, 'snapshot')} of ${design}, ${formatBytes(total)}\n\n${rows}\n${verdict}`;
};
