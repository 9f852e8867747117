/** Names of every file of the public datasets, as their rules and lists have them: made up in memory, never on disk. */

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const pad = (value: number, digits: number) => String(value).padStart(digits, '0');

export function ouluNames(): string[] {
  const folder = (user: number) => (user <= 20 ? 'Train_files' : user <= 35 ? 'Dev_files' : 'Test_files');
  return range(1, 55).flatMap((user) =>
    range(1, 6).flatMap((phone) =>
      range(1, 3).flatMap((session) =>
        range(1, 5).map((access) => `${folder(user)}/${phone}_${session}_${pad(user, 2)}_${access}.avi`),
      ),
    ),
  );
}

/** The official lists of one OULU protocol, written by its published rule. */
export function ouluList(
  set: 'Train' | 'Dev' | 'Test',
  keep: (phone: number, session: number, access: number) => boolean,
): string {
  const users = { Train: range(1, 20), Dev: range(21, 35), Test: range(36, 55) }[set];
  const token = (access: number) => (access === 1 ? '+1' : set !== 'Test' ? '-1' : access <= 3 ? '-1' : '-2');
  return users
    .flatMap((user) =>
      range(1, 6).flatMap((phone) =>
        range(1, 3).flatMap((session) =>
          range(1, 5)
            .filter((access) => keep(phone, session, access))
            .map((access) => `${token(access)},${phone}_${session}_${pad(user, 2)}_${access}`),
        ),
      ),
    )
    .join('\n');
}

const casiaClips = ['1', '2', '3', '4', '5', '6', '7', '8', 'HR_1', 'HR_2', 'HR_3', 'HR_4'];
export function casiaNames(): string[] {
  return (['train', 'test'] as const).flatMap((set) =>
    range(1, set === 'train' ? 20 : 30).flatMap((person) =>
      casiaClips.map((clip) => `${set}_release/${person}/${clip}.avi`),
    ),
  );
}

const replayClients = { train: range(1, 15), devel: range(16, 30), test: range(31, 50) };
export function replayAttackNames(): string[] {
  return (['train', 'devel', 'test'] as const).flatMap((set) =>
    replayClients[set].flatMap((client) => {
      const id = `client${pad(client, 3)}`;
      const lights = ['adverse', 'controlled'];
      const real = lights.flatMap((light) =>
        [1, 2].map((take) => `${set}/real/${id}_session01_webcam_authenticate_${light}_${take}.mov`),
      );
      const attacks = ['fixed', 'hand'].flatMap((support) =>
        [
          ['print', 'highdef', 'photo'],
          ['mobile', 'mobile', 'photo'],
          ['mobile', 'mobile', 'video'],
          ['highdef', 'highdef', 'photo'],
          ['highdef', 'highdef', 'video'],
        ].flatMap(([instrument, camera, medium]) =>
          lights.map(
            (light) => `${set}/attack/${support}/attack_${instrument}_${id}_session01_${camera}_${medium}_${light}.mov`,
          ),
        ),
      );
      const enroll = lights.map((light) => `enroll/${set}/${id}_session01_webcam_enroll_${light}.mov`);
      return [...real, ...attacks, ...enroll];
    }),
  );
}

export function replayMobileNames(): string[] {
  const clients = { train: range(1, 12), devel: range(13, 28), test: range(29, 40) };
  const lights = ['adverse', 'controlled', 'direct', 'diffuse', 'lateral'];
  return (['train', 'devel', 'test'] as const).flatMap((set) =>
    clients[set].flatMap((client) => {
      const id = `client${pad(client, 3)}`;
      const devices = ['mobile', 'tablet'];
      // One client of the test set has no real access clips.
      const real =
        client === 40
          ? []
          : devices.flatMap((device) =>
              lights.map((light) => `${set}/real/${id}_session01_authenticate_${device}_${light}.mov`),
            );
      const attacks = [
        ['mattescreen', 'fixed', 'photo'],
        ['mattescreen', 'fixed', 'video'],
        ['print', 'fixed', 'photo'],
        ['print', 'hand', 'photo'],
      ].flatMap(([instrument, support, medium]) =>
        devices.flatMap((device) =>
          ['lighton', 'lightoff'].map(
            (light) => `${set}/attack/attack_${id}_session01_${instrument}_${support}_${device}_${medium}_${light}.mov`,
          ),
        ),
      );
      return [...real, ...attacks];
    }),
  );
}

export const msuTrain = [2, 3, 5, 6, 7, 8, 9, 11, 12, 21, 22, 34, 53, 54, 55];
export const msuTest = [1, 13, 14, 23, 24, 26, 28, 29, 30, 32, 33, 35, 36, 37, 39, 42, 48, 49, 50, 51];
export function msuNames(): string[] {
  return [...msuTrain, ...msuTest].flatMap((client) =>
    [
      ['android', 'mp4'],
      ['laptop', 'mov'],
    ].flatMap(([device, extension]) => [
      `scene01/real/real_client${pad(client, 3)}_${device}_SD_scene01.${extension}`,
      ...['ipad_video', 'iphone_video', 'printed_photo'].map(
        (shown) => `scene01/attack/attack_client${pad(client, 3)}_${device}_SD_${shown}_scene01.${extension}`,
      ),
    ]),
  );
}

/** SiW by its published sums: training clips by medium, 599 live, 1,140 replayed and 314 printed test clips. */
export function siwNames(): string[] {
  const names: string[] = [];
  const add = (set: 'Train' | 'Test', subjects: number[], type: number, mediums: number, count: number) => {
    for (let index = 0; index < count; index++) {
      const subject = subjects[index % subjects.length] ?? 1;
      const turn = Math.floor(index / subjects.length);
      const medium = (turn % mediums) + 1;
      const session = Math.floor(turn / mediums) + 1;
      const folder = type === 1 ? 'live' : 'spoof';
      const ending = set === 'Test' && type === 1 && index < 16 ? '.m.mov' : '.mov';
      names.push(`${set}/${folder}/${pad(subject, 3)}/${pad(subject, 3)}-1-${type}-${medium}-${session}${ending}`);
    }
  };
  const [train, test] = [range(1, 90), range(91, 165)];
  add('Train', train, 1, 1, 639);
  add('Train', train, 2, 2, 414);
  add('Train', train, 3, 4, 1363);
  add('Test', test, 1, 1, 599);
  add('Test', test, 2, 2, 314);
  add('Test', test, 3, 4, 1140);
  return names;
}

export function celebaNames(): string[] {
  const names: string[] = [];
  for (const [set, total, subjects] of [
    ['train', 494_405, 8192],
    ['test', 67_170, 1004],
  ] as const)
    for (let index = 0; index < total; index++) {
      const kind = index % 3 === 0 ? 'live' : 'spoof';
      names.push(`Data/${set}/${index % subjects}/${kind}/${pad(index, 6)}.${index % 7 === 0 ? 'png' : 'jpg'}`);
    }
  return names;
}

export function nuaaNames(): { names: string[]; lists: Record<string, string> } {
  const names: string[] = [];
  const lists: Record<string, string> = {};
  for (const [kind, set, total, subjects] of [
    ['client', 'train', 1743, range(1, 9)],
    ['client', 'test', 3362, range(1, 15)],
    ['imposter', 'train', 1748, range(1, 9)],
    ['imposter', 'test', 5761, range(1, 15)],
  ] as const) {
    const lines: string[] = [];
    for (let index = 0; index < total; index++) {
      const subject = pad(subjects[index % subjects.length] ?? 1, 4);
      const session = set === 'test' ? '03' : index % 2 === 0 ? '01' : '02';
      const name = `${subject}_00_00_${session}_${index}.jpg`;
      names.push(`${kind === 'client' ? 'Client' : 'Imposter'}Raw/${subject}/${name}`);
      lines.push(`${subject}\\${name}`);
    }
    lists[`${kind}_${set}_raw.txt`] = lines.join('\r\n');
  }
  return { names, lists };
}

export function threeDMadNames(): string[] {
  return range(1, 17).flatMap((client) =>
    range(1, 3).flatMap((session) =>
      range(1, 5).map((shot) => `session0${session}/${pad(client, 2)}_0${session}_0${shot}.hdf5`),
    ),
  );
}

export function roseNames(): string[] {
  const names: string[] = [];
  const labels = ['Ps', 'Pq', 'Vl', 'Vm', 'Mc', 'Mf', 'Mu'];
  const devices = ['HW', 'HS', 'IP', '5s', 'ZTE'];
  for (let index = 0; index < 3350; index++) {
    const label = index < 500 ? 'G' : (labels[index % labels.length] ?? 'Ps');
    const person = (index % 20) + 1;
    const device = devices[Math.floor(index / 20) % devices.length];
    names.push(`${person}/${label}_NT_${device}_wg_E_${person}_${index}.mp4`);
  }
  return names;
}

export function casiaSurfNames(): { names: string[]; lists: Record<string, string> } {
  const names: string[] = [];
  const lines: Record<string, string[]> = { train: [], val_private: [], test_private: [] };
  const add = (list: string, base: (modality: string) => string, label: 0 | 1) => {
    names.push(base('color'), base('depth'), base('ir'));
    // The columns change places: the modality stands in the path.
    lines[list]?.push(`${base('depth')} ${base('color')} ${base('ir')} ${label}`);
  };
  for (let index = 0; index < 29_266; index++) {
    const real = index % 3 === 0;
    const part = real ? 'real_part' : 'fake_part';
    const clip = real ? 'real.rssdk' : `0${(index % 6) + 1}_en_b.rssdk`;
    add('train', (modality) => `Training/${part}/P${index % 300}/${clip}/${modality}/${index}.jpg`, real ? 1 : 0);
  }
  for (const [list, folder, total] of [
    ['val_private', 'Val', 9608],
    ['test_private', 'Testing', 57_710],
  ] as const)
    for (let index = 0; index < total; index++)
      add(
        list,
        (modality) => `${folder}/${pad(index % 100, 4)}/${pad(index, 6)}-${modality}.jpg`,
        index % 4 === 0 ? 1 : 0,
      );
  return {
    names,
    lists: Object.fromEntries(Object.entries(lines).map(([list, texts]) => [`${list}_list.txt`, texts.join('\n')])),
  };
}
