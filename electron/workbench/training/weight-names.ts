import type { NamedArrays } from './networks/network';

/** Roles that weights have in a run's files: the same encoder exists once as stage 1 left it and once as stage 2 trains it. */
export type Role = 'generator' | 'discriminator' | 'classifier';

/** Puts the role before each name: `encoder/stem/conv/kernel` → `generator/encoder/stem/conv/kernel`. */
export function withRole(role: Role, values: NamedArrays): NamedArrays {
  return new Map([...values].map(([name, held]) => [`${role}/${name}`, held]));
}

/** The weights of a role, without it; empty when the file has none. */
export function ofRole(role: Role, values: NamedArrays): NamedArrays {
  const prefix = `${role}/`;
  return new Map(
    [...values].flatMap(([name, held]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), held] as const] : [],
    ),
  );
}

/** Whether there are weights of a network, by its name, among the values. */
export function holdsNetwork(network: string, values: NamedArrays): boolean {
  return [...values.keys()].some((name) => name.startsWith(`${network}/`));
}
