import type { LayoutName } from '@shared/domain/dataset';
import type { Layout } from '../layout';
import { casiaFasd } from './casia-fasd';
import { casiaSurf } from './casia-surf';
import { celebaSpoof } from './celeba-spoof';
import { lccFasd } from './lcc-fasd';
import { msuMfsd } from './msu-mfsd';
import { nuaa } from './nuaa';
import { ouluNpu } from './oulu-npu';
import { replayAttack } from './replay-attack';
import { replayMobile } from './replay-mobile';
import { roseYoutu } from './rose-youtu';
import { siw } from './siw';
import { siwMv2 } from './siw-mv2';
import { threeDMad } from './three-d-mad';
import { wmca } from './wmca';

/** The public datasets, one file each. */
export const layouts: Readonly<Record<LayoutName, Layout>> = {
  'oulu-npu': ouluNpu,
  'casia-fasd': casiaFasd,
  'replay-attack': replayAttack,
  'replay-mobile': replayMobile,
  'msu-mfsd': msuMfsd,
  siw,
  'celeba-spoof': celebaSpoof,
  nuaa,
  'rose-youtu': roseYoutu,
  'lcc-fasd': lccFasd,
  'casia-surf': casiaSurf,
  wmca,
  '3dmad': threeDMad,
  'siw-mv2': siwMv2,
};
