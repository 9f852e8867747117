/** This process's environment for a plain Node: Electron's own switches must not reach it. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  for (const name of ['ELECTRON_RUN_AS_NODE', 'NODE_OPTIONS', 'NODE_CHANNEL_FD'])
    Reflect.deleteProperty(environment, name);
  return environment;
}
