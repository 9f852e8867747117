import { MediaRequest } from '@shared/contract/channels';

/**
 * Reads a picture's address: `lab-media://<thumb|crop|frame>/<dataset>/<sample index>?s=<longest side>`, with `&r=<row>` or
 * `&f=<frame>` for one of several. Ids only: the
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
    ...numbered('row', url.searchParams.get('r')),
    ...numbered('frame', url.searchParams.get('f')),
  });
  return request.success ? request.data : null;
}

function numbered(name: 'row' | 'frame', text: string | null): Partial<MediaRequest> {
  return text === null ? {} : { [name]: Number(text) };
}
