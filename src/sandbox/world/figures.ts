/*
 * Every figure the simulated market is generated from, and where it comes from. "Field" is what Field Nation itself has
 * published about its marketplace (docs/market.md names the pages); all else is an assumption, chosen to be plausible
 * and never to favour one way of dispatching. Shares are between 0 and 1 unless a name says percent.
 */

/** Who the providers are. */
export const PROVIDERS = {
  /** Field: 81 % of active providers have five stars. */
  fiveStarShare: 0.81,
  /** Assumption: this many have no rating yet. The documented sample provider is one. */
  unratedShare: 0.07,
  /** Assumption: with fewer ratings than this, stars say nothing about the work. */
  tellingRatings: 20,
  maxRatings: 160,
  /** Assumption; the platform knows W-2 staff, managed, unroutable and blocked providers, but no shares are published. */
  w2Share: 0.04,
  managedShare: 0.05,
  unroutableShare: 0.03,
  blockedShare: 0.02,
  protecShare: 0.1,
  talentPoolShare: 0.12,
  workedForUsShare: 0.5,
  /** Assumption: a trade new to its provider (0 to 4 work orders), as a share of all trades held. */
  newTradeShare: 0.25,
  /** Assumption, basis points: most cancel less than the default ranking allows, one in five more. */
  steadyShare: 0.8,
  steadyCancelRate: [0, 450],
  unsteadyCancelRate: [500, 1500],
  /** Assumption: nobody is as reliable as a clean record; added to what the record says, basis points. */
  unseenCancelRate: [0, 300],
  /** Assumption: no-call-no-shows, basis points; twice as many among those who cancel much. */
  noShowRate: [50, 250],
  unsteadyNoShowFactor: 2,
  /** Assumption: chance that a visit is done well, from the worst provider to the best, in percent. */
  qualityPercent: [60, 98],
  /** Assumption: work in a trade that is new to the provider is done well this much less often. */
  newTradeQuality: 0.85,
} as const;

/** How they behave. */
export const HABITS = {
  /** Field: providers run programs that request work by themselves; the share is an assumption. */
  botShare: 0.12,
  /** Assumption: only take work they are invited to, or do not react at all. */
  routeOnlyShare: 0.15,
  silentShare: 0.08,
  /** Assumption: chance to ask for a fully appealing work order in reach. */
  eagerness: [0.35, 0.98],
  /** Field: a bot asks for everything at once; the span is an assumption. */
  botMaxSeconds: 60,
  /** Assumption: median minutes until people answer. */
  answerMinutes: [8, 120],
  acceptsRoutes: [0.35, 0.95],
  /** Assumption: an offer below what is wanted is accepted this much less often; nobody makes a counter-offer to a route. */
  underpaidRouteScale: 0.35,
  /** Assumption: every other provider invited at the same time makes each a little less inclined to answer. */
  crowdWeight: 0.1,
  /** Assumption: of those who do not accept, so many say nothing; the rest decline. */
  ignoresRouteShare: 0.4,
  /** Assumption: what a provider wants, in percent of what such work usually pays there. */
  pricePercent: [85, 118],
  /** Field: 30 minutes in the documented request; that providers choose up to four hours is an assumption. */
  requestHalfHours: [1, 8],
  reachMiles: [25, 100],
  /** Assumption: share of days on which a provider works for others, all day or half of it. */
  busyShare: [0.05, 0.4],
  wholeDayShare: 0.4,
  worksWeekendsShare: 0.5,
  /** Assumption: remote work is in everybody's reach; this keeps it from drowning in requests. */
  remoteScale: 0.3,
  /** Assumption: whoever wants this much more than is offered mostly does not bother. */
  hopelessPercent: 130,
  hopelessScale: 0.4,
  /** Assumption: a counter-offer never asks more than this share of the offer. */
  maxCounterPercent: 150,
  /** Field: dispatchers look at 17 profiles on average; taken as the most one opening attracts. */
  maxRequestsPerOpening: 17,
  /** Assumption: whoever is booked twice drops one after this many minutes, median. */
  doubleBookingMinutes: 60,
  /** Assumption: share of cancels that come within the last day before the start. Field: late ones are the complaint. */
  lateCancelShare: 0.4,
} as const;

/** What is asked for. */
export const WORK = {
  /** Assumption: the company's main line; the other kinds share the rest. */
  atmShare: 0.25,
  remoteShare: 0.25,
  laborHours: [1, 6],
  /** Assumption: offered pay in percent of what such work usually pays there. */
  offerPercent: [80, 130],
  /** Assumption: nobody asks by themselves for almost one in five; those need an invitation. */
  noAppealShare: 0.18,
  /** Assumption: buyers who refuse counter-offers. */
  noCountersShare: 0.15,
} as const;

/** A working day: what is there when the demo starts, and what opens in the hours after. All assumptions. */
export const DAY = {
  openAtStartShare: 0.3,
  routedAtStartShare: 0.06,
  /** Of those open at the start, so many a colleague has already dealt with by hand. */
  byHandAtStartShare: 0.25,
  leftDraftShare: 0.08,
  /** How long the market has run when the world starts, so that it does not start empty. */
  historyHours: 6,
  openingHours: 10,
} as const;

/** A week. All assumptions, in the proportions of office work: most on weekdays by day, some at any hour. */
export const WEEK = {
  /** Weight of each weekday, Sunday first. */
  weekdayWeights: [4, 20, 19, 18, 18, 16, 5],
  officeHours: [7, 18],
  outOfHoursShare: 0.1,
  routedShare: 0.06,
  leftDraftShare: 0.06,
  /** Drafts are written this long before they are opened, minutes. */
  draftedBeforeMinutes: [5, 480],
  /** Share of urgencies with hours from opening to start, and what is paid for haste in percent of the offer. */
  urgencies: [
    { name: 'same day', share: 0.12, leadHours: [4, 9], payPercent: 120, appeal: 0.8 },
    { name: 'next day', share: 0.28, leadHours: [16, 34], payPercent: 110, appeal: 0.9 },
    { name: 'this week', share: 0.45, leadHours: [40, 120], payPercent: 100, appeal: 1 },
    { name: 'later', share: 0.15, leadHours: [120, 240], payPercent: 100, appeal: 1 },
  ],
  /** A colleague who steps in by hand: assigns somebody who asked, or routes somebody known. */
  assignedByHandShare: 0.04,
  routedByHandShare: 0.03,
  byHandAfterMinutes: [20, 300],
  /** An order nobody was found for is cancelled this long after it should have started, hours. */
  givenUpAfterHours: 2,
} as const;

/** How a visit goes. All assumptions. */
export const VISITS = {
  maxMinutesLate: 45,
  /** Actual hours in percent of the estimate, for work done well and badly. */
  wellHoursPercent: [70, 105],
  badlyHoursPercent: [60, 150],
  /** How often each flaw shows in work done badly, and in work done well. */
  flaws: {
    missingAttachment: { badly: 0.5, well: 0.03 },
    emptyField: { badly: 0.3, well: 0.02 },
    openTask: { badly: 0.25, well: 0.01 },
    openProblem: { badly: 0.3, well: 0.02 },
    noClosingNotes: { badly: 0.4, well: 0.08 },
  },
  expenseShare: 0.06,
  expenseDollars: [10, 90],
  /** Until the provider marks the work done after leaving, minutes. */
  closesAfterMinutes: [5, 120],
  /** Until the provider comes back to work that was sent back, hours, and how much better it gets. */
  reworkHours: [2, 24],
  reworkQualityPercent: 95,
} as const;
