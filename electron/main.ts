import { startDesktop } from '@desktop/start';

void startDesktop();
