/** A kind of work (the platform: type of work), with what its work orders are called and usually pay. */
export type KindOfWork = {
  readonly id: number;
  readonly name: string;
  readonly titles: readonly string[];
  /** Usual labour of one work order, whole dollars an hour. */
  readonly hourlyUsd: number;
  readonly canBeRemote: boolean;
};

export const ATM: KindOfWork = {
  id: 62,
  name: 'Automated Teller Machine (ATM)',
  titles: ['ATM card reader replacement', 'ATM receipt printer repair', 'ATM software upgrade'],
  hourlyUsd: 55,
  canBeRemote: false,
};

export const KINDS_OF_WORK: readonly KindOfWork[] = [
  ATM,
  {
    id: 71,
    name: 'Point of Sale (POS)',
    titles: ['POS terminal swap', 'POS lane installation', 'Payment terminal repair'],
    hourlyUsd: 40,
    canBeRemote: false,
  },
  {
    id: 83,
    name: 'Networking - Routers and Switches',
    titles: ['Switch replacement', 'Router turn-up', 'Firewall migration'],
    hourlyUsd: 60,
    canBeRemote: true,
  },
  {
    id: 90,
    name: 'Cabling - Low Voltage',
    titles: ['Two cable drops', 'Cat6 re-termination', 'Access point cabling'],
    hourlyUsd: 45,
    canBeRemote: false,
  },
  {
    id: 104,
    name: 'Desktop Support',
    titles: ['PC refresh', 'Printer set-up', 'Workstation imaging'],
    hourlyUsd: 35,
    canBeRemote: true,
  },
  {
    id: 118,
    name: 'Digital Signage',
    titles: ['Menu board mount', 'Display swap', 'Media player replacement'],
    hourlyUsd: 45,
    canBeRemote: false,
  },
];

export type NamedId = { readonly id: number; readonly name: string };

export const COMPANY = { id: 2501, name: 'Northwind Field Services' } as const;
/** Whoever calls the API; also the author of every route. */
export const API_USER = { id: 756, first_name: 'API', last_name: 'User' } as const;
export const CLIENTS: readonly NamedId[] = [
  { id: 311, name: 'First Prairie Bank' },
  { id: 312, name: 'Corner Grocers' },
  { id: 313, name: 'Harbor Coffee' },
];
export const PROJECTS: readonly NamedId[] = [
  { id: 41, name: 'Winter refresh' },
  { id: 42, name: 'Break-fix' },
];
/** Talent pools, which the platform also calls preferred provider networks. */
export const TALENT_POOLS: readonly NamedId[] = [
  { id: 9921, name: 'ATM Repair' },
  { id: 9922, name: 'Retail Rollout' },
  { id: 9923, name: 'Network Core' },
];
export const CERTIFICATIONS: readonly NamedId[] = [
  { id: 5, name: 'CompTIA A+' },
  { id: 6, name: 'CompTIA Network+' },
  { id: 9, name: 'Cisco CCNA' },
];
export const LICENSES: readonly NamedId[] = [
  { id: 2, name: 'Low Voltage' },
  { id: 3, name: 'Electrician' },
];
export const INCOMPLETE_REASONS: readonly NamedId[] = [
  { id: 1, name: 'Provider no-show' },
  { id: 2, name: 'Equipment failure' },
  { id: 3, name: 'Site access denied' },
  { id: 4, name: 'Customer cancellation' },
];
export const SELECTION_RULES: readonly NamedId[] = [{ id: 254, name: 'Cisco certified' }];

export const FIRST_NAMES: readonly string[] = [
  'Ana', 'Ben', 'Carla', 'Dmitri', 'Elena', 'Farid', 'Grace', 'Hugo', 'Imani', 'Jonas', 'Keiko', 'Luis',
  'Maria', 'Nora', 'Omar', 'Priya', 'Quinn', 'Rosa', 'Sam', 'Tariq', 'Uma', 'Victor', 'Wendy', 'Yusuf',
]; // biome-ignore format: one name a line would be a page
export const LAST_NAMES: readonly string[] = [
  'Abbott',
  'Brandt',
  'Castillo',
  'Doyle',
  'Eriksen',
  'Fischer',
  'Garcia',
  'Hughes',
  'Ivanov',
  'Jensen',
  'Kaur',
  'Lopez',
  'Meyer',
  'Nguyen',
  'Okafor',
  'Park',
  'Ramirez',
  'Schmidt',
  'Tran',
  'Underwood',
  'Varga',
  'Walker',
];
