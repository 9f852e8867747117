import type { EngineInfo } from '@shared/domain/engine';
import type { EngineName } from './engine';
import type { Measurement, Measurements } from './measurements';
import type { EngineDetection, EngineProvider } from './provider';

/**
 * The engine that `auto` takes: the fastest measured of those present, WASM before anything was measured. A measurement
 * counts on the device it was made on. Software adapters are never taken; engines without a measurement are not even looked at.
 */
export async function fastestMeasured(
  providers: readonly EngineProvider[],
  measurements: Measurements,
  detect: (provider: EngineProvider) => Promise<EngineDetection> = (provider) => provider.detect(),
): Promise<EngineName> {
  const measured = providers
    .flatMap((provider) => {
      const measurement = measurements[provider.name];
      return measurement ? [{ provider, measurement }] : [];
    })
    .sort((a, b) => b.measurement.imagesPerSecond - a.measurement.imagesPerSecond);
  for (const { provider, measurement } of measured)
    if (isTaken(await detect(provider), measurement)) return provider.name;
  return 'wasm';
}

function isTaken(found: EngineDetection, { device }: Measurement): boolean {
  return found.present && !found.software && (device === '' || device === found.device);
}

/** Every engine as a person sees it, with its last measurement and which of them `auto` takes. */
export async function describeEngines(
  providers: readonly EngineProvider[],
  measurements: Measurements,
): Promise<EngineInfo[]> {
  const found = new Map<EngineProvider, EngineDetection>();
  for (const provider of providers) found.set(provider, await provider.detect());
  const detected = (provider: EngineProvider) => Promise.resolve(found.get(provider) ?? provider.detect());
  const automatic = await fastestMeasured(providers, measurements, detected);
  return [...found].map(([provider, engine]) => ({
    ...{ name: provider.name, title: provider.title, reproducibility: provider.reproducibility },
    ...{ available: engine.present, automatic: provider.name === automatic },
    installation: provider.installation?.() ?? null,
    imagesPerSecond: measurements[provider.name]?.imagesPerSecond ?? null,
    ...(engine.present
      ? (({ detail, device, version, software, memoryBytes }) => ({ detail, device, version, software, memoryBytes }))(
          engine,
        )
      : { detail: `${engine.reason} ${engine.fix}`, device: null, version: null, software: false, memoryBytes: null }),
  }));
}
