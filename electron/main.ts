import { reportFatalError, startDesktop } from '@desktop/start';

startDesktop().catch(reportFatalError);
