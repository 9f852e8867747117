import { codebaseFacts, codebases } from './codebases';
import { metricDefinitions, orientation } from './definitions';

/** The definitions as a Markdown page: what `docs/metrics.md` holds and the command prints. */
export function metricsPage(): string {
  return [
    '# Metrics',
    '',
    orientation,
    '',
    'Rates are fractions in JSON and CSV and per cent in tables. What does not exist (no attacks, one class, no threshold) is `null`, never a guess.',
    '',
    ...metricDefinitions.flatMap(({ title, name, formula, help, source, better, threshold }) => [
      `## ${title}`,
      '',
      `${sentence(name)}. ${better === 'lower' ? 'Lower is better' : 'Higher is better'}; ${thresholdWords[threshold]}.`,
      '',
      '```text',
      formula,
      '```',
      '',
      `${help} Source: ${source}.`,
      '',
    ]),
    "# Other codes' rules",
    '',
    'The same scores give other numbers by the rules of published codes. An audit shows them side by side.',
    '',
    ...codebases.flatMap((codebase) => {
      const { title, source, differences } = codebaseFacts[codebase];
      return [`## ${title}`, '', `${source}.`, '', ...differences.map((difference) => `- ${difference}`), ''];
    }),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

const thresholdWords = {
  given: "measured at the evaluation's threshold",
  own: 'its threshold is taken from the set itself',
  none: 'needs no threshold',
} as const;

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
