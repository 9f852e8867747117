import { MediaRequest } from '@shared/contract/channels';

/**
 * Reads a picture's address: `lab-media://<thumb|crop|frame>/<dataset>/<sample index>?s=<longest side>`. Ids only: the
 * workbench looks them up in the dataset's list; a path cannot be expressed.
 * @returns null when it is not such an address
 */
export function parseMediaAddress(address: string): MediaRequest | null {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  const [, dataset, index, ...rest] = url.pathname.split('/');
  if (rest.length > 0 || !/^\d{1,9}$/.test(index ?? '')) return null;
  const request = MediaRequest.safeParse({
    kind: url.host,
    dataset,
    index: Number(index),
    size: Number(url.searchParams.get('s') ?? '160'),
  });
  return request.success ? request.data : null;
}
