//! The wheel and its plain twin, which do the same.

use std::collections::BTreeMap;
use std::time::Duration;

use coweave::__private::{Due, Look, TimerKey, TimerWheel};
use coweave::Instant;
use proptest::prelude::*;

/// Zero of all clocks.
pub(crate) fn start() -> Instant {
    thread_local! {
        static START: Instant = coweave::Scheduler::builder()
            .virtual_time()
            .build()
            .unwrap()
            .run(async { Instant::now() });
    }
    START.with(|start| *start)
}

pub(crate) fn at(nanos: u64) -> Instant {
    start() + Duration::from_nanos(nanos)
}

fn nanos(instant: Instant) -> u64 {
    u64::try_from(instant.duration_since(start()).as_nanos()).unwrap()
}

/// A deadline, as seen from the present.
#[derive(Debug, Clone, Copy)]
pub(crate) enum When {
    Now,
    Past(u64),
    Soon(u64),
    /// The first instant of the next slot whose width is this power of two, and so much before it.
    Edge(u32, u64),
    /// Within this power of two of nanoseconds.
    Ahead(u32, u64),
    Never,
    NearlyNever,
}

impl When {
    fn from(self, now: u64) -> u64 {
        match self {
            Self::Now => now,
            Self::Past(by) => now.saturating_sub(by),
            Self::Soon(by) => now.saturating_add(by),
            Self::Edge(bits, before) => {
                (now | ((1 << bits) - 1)).saturating_add(1).saturating_sub(before)
            }
            Self::Ahead(bits, random) => now.saturating_add(random & ((1 << bits) - 1)),
            Self::Never => u64::MAX,
            Self::NearlyNever => u64::MAX - 1,
        }
    }
}

/// What is done; timers are chosen by a number among those that were set.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Set(When),
    /// So many equal ones.
    SetEqual(When, u16),
    /// So many within this power of two of nanoseconds from there.
    SetMany(When, u32, u16),
    Cancel(usize),
    /// A timer that was set earlier, now for another deadline.
    Reset(usize, When),
    Advance(u32, u64),
    /// To the next deadline.
    Jump,
    /// So many pops, each with so much of a budget.
    Pop(u8, u32),
    /// A whole turn.
    Turn(u32),
    Ahead,
    Look(Look),
    /// Whoever has this remainder does not wait any more.
    Forget(u64),
}

fn when() -> impl Strategy<Value = When> {
    prop_oneof![
        2 => Just(When::Now),
        2 => (0..1_000_000_u64).prop_map(When::Past),
        3 => (0..3_u64).prop_map(When::Soon),
        3 => (prop::sample::select(vec![6_u32, 12, 18, 32, 45, 55]), 0..2_u64)
            .prop_map(|(bits, before)| When::Edge(bits, before)),
        10 => (0..36_u32, any::<u64>()).prop_map(|(bits, random)| When::Ahead(bits, random)),
        4 => (0..63_u32, any::<u64>()).prop_map(|(bits, random)| When::Ahead(bits, random)),
        1 => Just(When::Never),
        1 => Just(When::NearlyNever),
    ]
}

fn budget() -> impl Strategy<Value = u32> {
    prop_oneof![Just(0), Just(2), Just(8), Just(32), Just(1024), Just(u32::MAX)]
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        20 => when().prop_map(Step::Set),
        1 => (when(), 1..60_u16).prop_map(|(when, count)| Step::SetEqual(when, count)),
        1 => (when(), 1..34_u32, 1..300_u16)
            .prop_map(|(when, bits, count)| Step::SetMany(when, bits, count)),
        6 => any::<usize>().prop_map(Step::Cancel),
        4 => (any::<usize>(), when()).prop_map(|(which, when)| Step::Reset(which, when)),
        4 => (0..34_u32, any::<u64>()).prop_map(|(bits, random)| Step::Advance(bits, random)),
        2 => Just(Step::Jump),
        8 => (0..6_u8, budget()).prop_map(|(count, budget)| Step::Pop(count, budget)),
        3 => budget().prop_map(Step::Turn),
        4 => Just(Step::Ahead),
        3 => prop_oneof![Just(Look::Near), Just(Look::Exact)].prop_map(Step::Look),
        1 => (2..9_u64).prop_map(Step::Forget),
    ]
}

/// Whether the wheel gave what the map gives.
type Agrees = Result<(), TestCaseError>;

/// Both.
#[derive(Default)]
pub(crate) struct Twins {
    wheel: TimerWheel<u64>,
    map: BTreeMap<(u64, u64), TimerKey>,
    /// All keys that were ever given, with the map's, and the deadlines asked for.
    given: Vec<(TimerKey, (u64, u64), u64)>,
    now: u64,
}

impl Twins {
    pub(crate) fn step(&mut self, step: &Step) -> Agrees {
        match *step {
            Step::Set(when) => self.set(when.from(self.now)),
            Step::SetEqual(when, count) => {
                (0..count).for_each(|_| self.set(when.from(self.now)));
            }
            Step::SetMany(when, bits, count) => {
                let from = when.from(self.now);
                let mut random = from | 1;
                for _ in 0..count {
                    random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    self.set(from.saturating_add(random >> 20 & ((1 << bits) - 1)));
                }
            }
            Step::Cancel(which) => return self.cancel(which),
            Step::Reset(which, when) => {
                self.cancel(which)?;
                self.set(when.from(self.now));
            }
            Step::Advance(bits, random) => {
                self.now = self.now.saturating_add(random & ((1 << bits) - 1)).min(u64::MAX - 1);
            }
            Step::Jump => {
                if let Some((deadline, _)) = self.next() {
                    self.now = self.now.max(deadline);
                }
            }
            Step::Pop(count, mut budget) => {
                for _ in 0..count {
                    self.pop(&mut budget)?;
                }
            }
            Step::Turn(mut budget) => {
                while self.pop(&mut budget)? {}
                self.wheel.move_ahead(at(self.now));
            }
            Step::Ahead => self.wheel.move_ahead(at(self.now)),
            Step::Look(look) => return self.look(look),
            Step::Forget(of) => return self.forget(of),
        }
        Ok(())
    }

    fn set(&mut self, deadline: u64) {
        let number = self.given.len() as u64;
        let place = (deadline.max(nanos(self.wheel.emptied_to())), number);
        let key = self.wheel.set(at(deadline), number);
        self.map.insert(place, key);
        self.given.push((key, place, deadline));
    }

    fn cancel(&mut self, which: usize) -> Agrees {
        let Some(&(key, place, deadline)) = self.given.get(which % self.given.len().max(1)) else {
            return Ok(());
        };
        let is_set = self.map.remove(&place).is_some();
        prop_assert!(!(is_set && self.wheel.is_behind(key, at(deadline))));
        prop_assert_eq!(self.wheel.get_mut(key).copied(), is_set.then_some(place.1));
        prop_assert_eq!(self.wheel.cancel(key), is_set.then_some(place.1));
        prop_assert_eq!(self.wheel.get_mut(key), None);
        Ok(())
    }

    /// The first that is ever due.
    fn next(&self) -> Option<(u64, u64)> {
        self.map.first_key_value().map(|(place, _)| *place).filter(|place| place.0 < u64::MAX)
    }

    /// Pops one; returns whether there may be more in this turn.
    fn pop(&mut self, budget: &mut u32) -> Result<bool, TestCaseError> {
        let before = *budget;
        let popped = self.wheel.pop_due(at(self.now), budget);
        let next = self.next().filter(|place| place.0 <= self.now);
        match popped {
            Due::Fired(number) => {
                prop_assert_eq!(Some(number), next.map(|place| place.1));
                self.map.pop_first();
                prop_assert!(*budget < before);
            }
            Due::Nothing => prop_assert_eq!(None, next),
            Due::Unfinished => prop_assert_eq!(*budget, 0),
        }
        prop_assert_eq!(self.wheel.len(), self.map.len());
        Ok(popped != Due::Nothing && *budget > 0)
    }

    fn look(&mut self, look: Look) -> Agrees {
        let next = self.next().map(|place| at(place.0));
        let found = self.wheel.next_look(look, |_| true);
        match look {
            Look::Exact => prop_assert_eq!(found, next),
            Look::Near => {
                prop_assert_eq!(found.is_some(), next.is_some());
                prop_assert!(found <= next);
            }
        }
        Ok(())
    }

    /// Those that do not wait are gone if they were first.
    fn forget(&mut self, of: u64) -> Agrees {
        let waits = |number: &u64| !number.is_multiple_of(of);
        let found = self.wheel.next_look(Look::Exact, waits);
        let next = self.map.keys().find(|place| waits(&place.1) && place.0 < u64::MAX);
        prop_assert_eq!(found, next.map(|place| at(place.0)));
        let wheel = &mut self.wheel;
        self.map.retain(|place, key| waits(&place.1) || wheel.get_mut(*key).is_some());
        prop_assert_eq!(self.wheel.len(), self.map.len());
        Ok(())
    }

    /// Empties both to the end of time; only what never fires is left.
    pub(crate) fn drain(&mut self) -> Agrees {
        self.now = u64::MAX - 1;
        let mut budget = u32::MAX;
        while self.pop(&mut budget)? {}
        prop_assert_eq!(self.next(), None);
        prop_assert_eq!(self.wheel.next_look(Look::Exact, |_| true), None);
        Ok(())
    }
}
