import { z } from '@shared/zod';
import { SlugName } from '@shared/domain/names';
import {
  FigureFormat,
  FigureKind,
  FigureWidth,
  ReportData,
  ReportDefinition,
  ReportFormat,
} from '@shared/domain/report';
import type { Contract } from '../peer';
import { Nothing } from './references';

/** Reports: definitions, evaluation, export. */
export const reportsChannels = {
  'reports.list': { in: Nothing, out: z.array(ReportDefinition) },
  'reports.save': { in: ReportDefinition, out: Nothing },
  'reports.remove': { in: z.strictObject({ name: SlugName }), out: Nothing },
  'reports.evaluate': { in: ReportDefinition, out: ReportData },
  /** The text of one format (HTML as source). */
  'reports.preview': {
    in: z.strictObject({ definition: ReportDefinition, format: ReportFormat }),
    out: z.strictObject({ text: z.string(), command: z.string() }),
  },
  'reports.export': {
    in: z.strictObject({
      definition: ReportDefinition,
      formats: z.array(ReportFormat).min(1),
      folder: z.string().min(1),
    }),
    out: z.strictObject({ files: z.array(z.string()) }),
  },
  /** ISO/IEC 30107-3 style sheets, one page for all evaluations. */
  'reports.isoSheet': {
    in: z.strictObject({ definition: ReportDefinition, folder: z.string().min(1) }),
    out: z.strictObject({ files: z.array(z.string()) }),
  },
  /** The figures of a report as files for print. */
  'reports.figures': {
    in: z.strictObject({
      definition: ReportDefinition,
      kinds: z.array(FigureKind).min(1),
      formats: z.array(FigureFormat).min(1),
      widthMillimetres: FigureWidth,
      folder: z.string().min(1),
    }),
    out: z.strictObject({ files: z.array(z.string()) }),
  },
} as const satisfies Contract;
