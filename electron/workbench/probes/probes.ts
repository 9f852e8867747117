import { borderProbe } from './border-probe';
import { colourProbe } from './colour-probe';
import { lbpProbe } from './lbp-probe';
import type { Probe } from './pixels';
import { spectrumProbe } from './spectrum-probe';

/** All probes, from the most trivial to the classic baseline: what a dataset is audited with for shortcuts. */
export const probes: readonly Probe[] = [colourProbe, borderProbe, spectrumProbe, lbpProbe];
